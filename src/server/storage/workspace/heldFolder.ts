import { constants, type BigIntStats, type Dirent } from 'node:fs'
import { link, lstat, mkdir, open, opendir, rename, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { unlessMissing } from '../../errors/missing.ts'
import { errorCode } from '../../errors/problems.ts'

/** Linux shows an open folder under a path of its own, which leads to it whatever its name means by now. */
const CAN_HOLD = process.platform === 'linux'
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)
const OLD_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/** What disks say that cannot give a file two names, as of some networks and memory cards. */
const NO_SECOND_NAMES = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV'])

/**
 * A folder that is held open. What is done in it happens there, even if somebody moves it or puts a link in its
 * place meanwhile. Where the system cannot do that, every step looks at its folder before it acts in it.
 */
export class HeldFolder {
  readonly #path: string
  readonly #handle: FileHandle

  private constructor(folder: string, handle: FileHandle) {
    this.#path = folder
    this.#handle = handle
  }

  /** @throws if a link or something else stands there */
  static async open(folder: string): Promise<HeldFolder> {
    if (!(await lstat(folder)).isDirectory())
      throw new Error('a link or file stands where the workspace folder belongs')
    return new HeldFolder(folder, await open(folder, FOLDER))
  }

  /** The folder of that name in this one, made if need be. @throws if a link or something else stands there */
  async enter(name: string): Promise<HeldFolder> {
    const inside = await this.#inside(name)
    try {
      await mkdir(inside, { mode: 0o700 })
    }
    catch (error) {
      if (errorCode(error) !== 'EEXIST')
        throw error
    }
    return HeldFolder.open(inside)
  }

  /** A new file, or undefined if the name is taken: also by a link, wherever it points. */
  async create(name: string): Promise<FileHandle | undefined> {
    try {
      return await open(await this.#inside(name), NEW_FILE, 0o600)
    }
    catch (error) {
      if (errorCode(error) === 'EEXIST')
        return undefined
      throw error
    }
  }

  /** The folder of that name in this one. @throws if it is not there, or is a link or something else */
  async open(name: string): Promise<HeldFolder> {
    return HeldFolder.open(await this.#inside(name))
  }

  /** A file that is there, to be read. @throws if it is not, or is a link */
  async read(name: string): Promise<FileHandle> {
    return open(await this.#inside(name), OLD_FILE)
  }

  /** What is in it, in no order, read piece by piece: links and devices, too. */
  async* entries(): AsyncGenerator<Dirent> {
    yield* await opendir(CAN_HOLD ? `/proc/self/fd/${this.#handle.fd}` : this.#path)
  }

  /** Of a link the link's own. @throws if it is not there */
  async stat(name: string): Promise<BigIntStats> {
    return lstat(await this.#inside(name), { bigint: true })
  }

  /** Whether anything of that name is there: also a link, wherever it points. */
  async has(name: string): Promise<boolean> {
    return await unlessMissing(this.stat(name)) !== undefined
  }

  /**
   * Gives a file of this folder another name, at once; where the disk knows second names, nothing is ever replaced,
   * and the first name may stay.
   * @returns false if the name is taken: also by a link, wherever it points
   */
  async renameUnlessTaken(from: string, to: string): Promise<boolean> {
    try {
      await link(await this.#inside(from), await this.#inside(to))
      return true
    }
    catch (error) {
      if (errorCode(error) === 'EEXIST')
        return false
      if (!NO_SECOND_NAMES.has(errorCode(error) ?? ''))
        throw error
    }
    if (await this.has(to))
      return false
    await this.rename(from, to)
    return true
  }

  /** Puts one file of this folder in the place of another, or of nothing, at once. */
  async rename(from: string, to: string) {
    await rename(await this.#inside(from), await this.#inside(to))
  }

  /** The name only: of a link itself, never of what it points to. Not there is fine. */
  async remove(name: string) {
    await rm(await this.#inside(name), { force: true })
  }

  /** As `remove`, in one step. @throws if it is not there, or is a folder */
  async unlink(name: string) {
    await unlink(await this.#inside(name))
  }

  /** A folder in which nothing is. Resolves with whether it is gone. */
  async removeEmpty(name: string): Promise<boolean> {
    try {
      await rmdir(await this.#inside(name))
      return true
    }
    catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'].includes(errorCode(error) ?? ''))
        return false
      throw error
    }
  }

  async close() {
    await this.#handle.close()
  }

  /** The held folder's own way to what is in it. */
  async #inside(name: string) {
    if (name === '' || name === '.' || name === '..' || name !== path.basename(name))
      throw new Error('not the name of one file')
    if (CAN_HOLD)
      return `/proc/self/fd/${this.#handle.fd}/${name}`
    const [here, held] = [await lstat(this.#path), await this.#handle.stat()]
    if (!here.isDirectory() || here.ino !== held.ino || here.dev !== held.dev)
      throw new Error('the workspace folder was exchanged')
    return path.join(this.#path, name)
  }
}
