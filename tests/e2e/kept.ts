import type { Page } from '@playwright/test'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** What the browser's storage holds, read past the app: keys, values and bytes. */
export const dump = (page: Page) => page.evaluate(async () => {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('satchel')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const found = Object.entries(localStorage).flat()
  const look = async (value: unknown): Promise<void> => {
    if (value instanceof Blob)
      found.push((value as File).name ?? '', await value.text())
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      found.push(new TextDecoder('latin1').decode(value))
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) {
        found.push(name)
        await look(one)
      }
    else
      found.push(String(value))
  }
  let count = 0
  for (const name of db.objectStoreNames) {
    const values = await new Promise<unknown[]>((resolve) => {
      const request = db.transaction(name).objectStore(name).getAll()
      request.onsuccess = () => resolve(request.result)
    })
    count += values.length
    for (const value of values)
      await look(value)
  }
  db.close()
  return { count, text: found.join('\n') }
})

/** What lies in the browser's profile, file by file, as a thief would read it. */
export async function profileText(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true })
  const kept = names.filter(name => /IndexedDB|Local Storage/.test(name))
  const texts = await Promise.all(kept.map(name => readFile(path.join(folder, name), 'latin1').catch(() => ''))) // folders, and what has gone meanwhile
  return texts.join('\n').replaceAll('\0', '') // names of files stand there in two bytes each
}
