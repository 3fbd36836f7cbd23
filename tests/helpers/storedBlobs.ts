import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** The keys of everything that lies in a data folder's store, also what is only half written. */
export async function storedBlobs(dataFolder: string): Promise<string[]> {
  const folder = path.join(dataFolder, 'attachments')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
}
