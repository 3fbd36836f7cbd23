import { mkdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { numbered, safeFilename } from '../../inspection/filenames.ts'
import { HeldFolder } from './heldFolder.ts'
import { removeFolder } from './removeFolder.ts'
import { writeTemporary } from './temporaryFile.ts'
import { FILE_MODE } from './workspaceRecord.ts'

const ATTACHMENTS = 'attachments'
/** Files of one name in one session, before something else must be wrong. */
const SAME_NAME = 10_000

const pathOf = (name: string) => `${ATTACHMENTS}/${name}`

/** Whether a file may be there. */
type Claim = (path: string) => Promise<boolean>

export type Workspaces = Awaited<ReturnType<typeof openWorkspaces>>

/** One folder per session, where the agent works and finds what was attached. */
export async function openWorkspaces(root: string) {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const realRoot = await realpath(root)

  return {
    /** Where the session's folder is, if it has one. */
    pathOf: (sessionId: string): string => path.join(realRoot, sessionId),

    /** The session's own folder. @throws if a link or something else stands there */
    async ensureFolder(sessionId: string): Promise<string> {
      await within(realRoot, [sessionId], async () => undefined)
      return path.join(realRoot, sessionId)
    },

    /**
     * Writes a file that was not there before, whole or not at all, under a safe form of its name. The agent may have
     * put links there: none is ever followed.
     * @param claim is told where it will be, before it is there; false where it must not be
     * @returns where it is, relative to the session's folder
     */
    async place(sessionId: string, name: string, bytes: Uint8Array, claim: Claim = async () => true): Promise<string> {
      const placed = await within(realRoot, [sessionId, ATTACHMENTS], folder => writeUnderFreeName(folder, safeFilename(name), bytes, name => claim(pathOf(name))))
      return pathOf(placed)
    },

    /** The folder and what is in it; of a link only the link. */
    async remove(sessionId: string) {
      await removeFolder(path.join(realRoot, sessionId))
    },
  }
}

/** Works in a folder below the root that is made if need be. Each folder on the way is held until the work is done. */
async function within<Result>(root: string, names: readonly string[], work: (folder: HeldFolder) => Promise<Result>): Promise<Result> {
  let folder = await HeldFolder.open(root)
  const held = [folder]
  try {
    for (const name of names) {
      folder = await folder.enter(name)
      held.push(folder)
    }
    return await work(folder)
  }
  finally {
    for (const folder of held)
      await folder.close()
  }
}

async function writeUnderFreeName(folder: HeldFolder, name: string, bytes: Uint8Array, claim: Claim): Promise<string> {
  const temporary = await writeTemporary(folder, bytes, FILE_MODE)
  try {
    for (let number = 1; number <= SAME_NAME; number++) {
      const candidate = numbered(name, number)
      if (!await folder.has(candidate) && await claim(candidate) && await folder.renameUnlessTaken(temporary, candidate))
        return candidate
    }
  }
  finally {
    await folder.remove(temporary)
  }
  throw new Error('too many files of one name')
}
