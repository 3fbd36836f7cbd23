import { randomUUID } from 'node:crypto'
import type { HeldFolder } from './heldFolder.ts'

const TEMPORARY = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/

/** Whether a file of this name was being written: what a server that was killed has left is nobody's file. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name)

/**
 * Writes a file under a name of its own, and has it on the disk; whoever asks for it gives it the name that it is to have.
 * @param mode its permissions
 * @returns its name in the folder
 */
export async function writeTemporary(folder: HeldFolder, bytes: Uint8Array, mode: number): Promise<string> {
  const name = `.${randomUUID()}.part`
  const file = await folder.create(name)
  if (!file)
    throw new Error('a random name is taken')
  try {
    await file.writeFile(bytes)
    await file.chmod(mode)
    await file.sync()
  }
  catch (error) {
    await folder.remove(name)
    throw error
  }
  finally {
    await file.close()
  }
  return name
}
