import { mkdir, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { numbered, safeFilename } from '../../inspection/filenames.ts'
import { HeldFolder } from './heldFolder.ts'

const ATTACHMENTS = 'attachments'
/** Files of one name in one session, before something else must be wrong. */
const SAME_NAME = 10_000

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
     * Writes a file that was not there before, under a safe form of its name, and returns where it is,
     * relative to the session's folder. The agent may have put links there: none is ever followed.
     */
    async place(sessionId: string, name: string, bytes: Uint8Array): Promise<string> {
      const placed = await within(realRoot, [sessionId, ATTACHMENTS], folder => writeUnderFreeName(folder, safeFilename(name), bytes))
      return `${ATTACHMENTS}/${placed}`
    },

    /** The folder and what is in it; of a link only the link. */
    async remove(sessionId: string) {
      await rm(path.join(realRoot, sessionId), { recursive: true, force: true })
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

async function writeUnderFreeName(folder: HeldFolder, name: string, bytes: Uint8Array): Promise<string> {
  for (let number = 1; number <= SAME_NAME; number++) {
    const candidate = numbered(name, number)
    const file = await folder.create(candidate)
    if (!file)
      continue
    try {
      await file.writeFile(bytes)
      return candidate
    }
    catch (error) {
      await folder.remove(candidate) // half a file would be taken for the whole
      throw error
    }
    finally {
      await file.close()
    }
  }
  throw new Error('too many files of one name')
}
