import type { FileHandle } from 'node:fs/promises'
import { errorCode } from '../../errors/problems.ts'
import { HeldFolder } from './heldFolder.ts'
import { writeTemporary } from './temporaryFile.ts'
import { FILE_MODE } from './workspaceRecord.ts'

/** A path that leads nowhere in the workspace, in a sentence for the person. */
export class WorkspacePathError extends Error {}

/** Bytes of a file that is read as a whole. */
const READ_BYTES = 10 * 1024 * 1024

/**
 * The bytes of a file of the workspace. No link is followed, whatever the agent put there.
 * @param path relative to the folder, with `/`
 * @throws `WorkspacePathError` where there is no such file, or it is larger than 10 MB
 */
export async function readWorkspaceFile(folder: string, path: string): Promise<Buffer> {
  return withWorkspaceFile(folder, path, async (file) => {
    const { size } = await file.stat()
    if (size > READ_BYTES)
      throw new WorkspacePathError(`${path} is larger than 10 MB.`)
    const bytes = Buffer.alloc(size)
    const { bytesRead } = await file.read(bytes, 0, size, 0)
    return bytes.subarray(0, bytesRead)
  })
}

/** Works with an ordinary file of the workspace that is open for reading until then. @throws `WorkspacePathError` where there is none */
export async function withWorkspaceFile<Result>(folder: string, path: string, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  return inFolderOf(folder, path, (parent, name) => parent.open(name), async (parent, name) => {
    const file = await parent.read(name)
    try {
      if (!(await file.stat()).isFile())
        throw new WorkspacePathError(`${path} is not a file.`)
      return await work(file)
    }
    finally {
      await file.close()
    }
  })
}

/**
 * Writes a file of the workspace, whole or not at all; its folders are made. A link in its place is replaced, and
 * none on the way is followed.
 * @param mode its permissions
 * @throws `WorkspacePathError`
 */
export async function writeWorkspaceFile(folder: string, path: string, bytes: Uint8Array, mode = FILE_MODE): Promise<void> {
  return inFolderOf(folder, path, (parent, name) => parent.enter(name), async (parent, name) => {
    const temporary = await writeTemporary(parent, bytes, mode)
    try {
      await parent.rename(temporary, name)
    }
    catch (error) {
      await parent.remove(temporary)
      throw error
    }
  })
}

/**
 * Removes a file of the workspace, or a link in its place, and the folders that are empty then: a file may have stood
 * where one of them does. @throws `WorkspacePathError` where its folder is not there
 */
export async function removeWorkspaceFile(folder: string, path: string): Promise<void> {
  const open: Step = (parent, name) => parent.open(name)
  await inFolderOf(folder, path, open, (parent, name) => parent.remove(name))
  const names = path.split('/')
  let isEmpty = true
  while (isEmpty && names.length > 1) {
    names.pop()
    isEmpty = await inFolderOf(folder, names.join('/'), open, (parent, name) => parent.removeEmpty(name))
  }
}

type Step = (parent: HeldFolder, name: string) => Promise<HeldFolder>

/** Works in the folder that the path's last name stands in; each folder on the way is held until the work is done. */
async function inFolderOf<Result>(folder: string, path: string, step: Step, work: (parent: HeldFolder, name: string) => Promise<Result>): Promise<Result> {
  const names = namesOf(path)
  const last = names.pop() ?? ''
  const held: HeldFolder[] = []
  try {
    let parent = await HeldFolder.open(folder)
    held.push(parent)
    for (const name of names) {
      parent = await step(parent, name)
      held.push(parent)
    }
    return await work(parent, last)
  }
  catch (error) {
    throw readable(error, path)
  }
  finally {
    for (const each of held)
      await each.close()
  }
}

function namesOf(path: string): string[] {
  const names = path.split('/')
  if (path === '' || path.includes('\0') || path.includes('\\') || names.some(name => name === '' || name === '.' || name === '..'))
    throw new WorkspacePathError(`“${path}” is not the path of a file in the session’s folder.`)
  return names
}

function readable(error: unknown, path: string): unknown {
  const code = errorCode(error)
  if (code === 'ENOENT')
    return new WorkspacePathError(`There is no file ${path}.`)
  if (code === 'EISDIR' || code === 'ENOTEMPTY')
    return new WorkspacePathError(`${path} is a folder.`)
  if (code === 'ELOOP' || code === 'ENOTDIR' || (error instanceof Error && error.message.startsWith('a link or file stands')))
    return new WorkspacePathError(`${path} leads through a link or a file, which is not followed.`)
  if (code === 'ENAMETOOLONG')
    return new WorkspacePathError(`The path ${path.slice(0, 60)}… is too long.`)
  return error
}
