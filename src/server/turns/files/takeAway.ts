import { removeWorkspaceFile, withWorkspaceFile, WorkspacePathError } from '../../storage/workspace/workspaceFiles.ts'
import type { RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import { stampOf } from '../../storage/workspace/walk.ts'
import { FileChangingError, readWhole } from './readFile.ts'

/** Removes a file of the workspace. @returns false where it stays, because what is in it is not what is recorded, and so not stored */
export async function takeAway(folder: string, path: string, recorded: RecordedFile | undefined): Promise<boolean> {
  const isSame = await isAsRecorded(folder, path, recorded)
  if (isSame)
    await removeIfThere(folder, path)
  return isSame !== false
}

/** Whether a file of the workspace is what is recorded of it, and so stored. Undefined where no file stands there. */
export async function isAsRecorded(folder: string, path: string, recorded: RecordedFile | undefined): Promise<boolean | undefined> {
  try {
    return await unlessNoFile(withWorkspaceFile(folder, path, file => isStored(file, recorded)))
  }
  catch (error) {
    if (error instanceof FileChangingError)
      return false
    throw error
  }
}

export const removeIfThere = (folder: string, path: string): Promise<void> => unlessNoFile(removeWorkspaceFile(folder, path)).then(() => {})

async function unlessNoFile<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  }
  catch (error) {
    if (error instanceof WorkspacePathError)
      return undefined
    throw error
  }
}

async function isStored(file: Parameters<typeof readWhole>[0], recorded: RecordedFile | undefined): Promise<boolean> {
  if (!recorded?.sha256)
    return false
  const stat = await file.stat({ bigint: true })
  if (stampOf(stat) === recorded.stamp)
    return true
  return Number(stat.size) === recorded.size && (await readWhole(file)).sha256 === recorded.sha256
}
