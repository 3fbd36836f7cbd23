import { constants } from 'node:fs'
import { lstat, mkdir, open, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../problems.ts'
import { numbered, safeFilename } from './filenames.ts'

const ATTACHMENTS = 'attachments'
/** Files of one name in one session, before something else must be wrong. */
const SAME_NAME = 10_000

export type Workspaces = Awaited<ReturnType<typeof openWorkspaces>>

/** One folder per session, where the agent works and finds what was attached. */
export async function openWorkspaces(root: string) {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const realRoot = await realpath(root)
  const folderOf = (sessionId: string) => path.join(realRoot, sessionId)

  async function ensureFolder(sessionId: string): Promise<string> {
    const folder = folderOf(sessionId)
    await ensureRealFolder(folder)
    return folder
  }

  return {
    ensureFolder,

    /**
     * Writes a file that was not there before, under a safe form of its name, and returns where it is,
     * relative to the session's folder. The agent may have put links there: none is ever followed.
     */
    async place(sessionId: string, name: string, bytes: Uint8Array): Promise<string> {
      const folder = path.join(await ensureFolder(sessionId), ATTACHMENTS)
      await ensureRealFolder(folder)
      const safe = safeFilename(name)
      for (let number = 1; number <= SAME_NAME; number++) {
        const candidate = numbered(safe, number)
        if (await writeNew(path.join(folder, candidate), bytes))
          return `${ATTACHMENTS}/${candidate}`
      }
      throw new Error('too many files of one name')
    },

    async remove(sessionId: string) {
      await rm(folderOf(sessionId), { recursive: true, force: true })
    },
  }
}

/** Makes the folder if need be; throws where something else, a link above all, stands in its place. */
async function ensureRealFolder(folder: string) {
  try {
    await mkdir(folder, { mode: 0o700 })
  }
  catch (error) {
    if (errorCode(error) !== 'EEXIST')
      throw error
  }
  if (!(await lstat(folder)).isDirectory())
    throw new Error('a link or file stands where the workspace folder belongs')
}

/** False if the name is taken. O_EXCL also refuses a link, wherever it points. */
async function writeNew(file: string, bytes: Uint8Array): Promise<boolean> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  let handle
  try {
    handle = await open(file, flags, 0o600)
  }
  catch (error) {
    if (errorCode(error) === 'EEXIST')
      return false
    throw error
  }
  try {
    await handle.writeFile(bytes)
    return true
  }
  finally {
    await handle.close()
  }
}
