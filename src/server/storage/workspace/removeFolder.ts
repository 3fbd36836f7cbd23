import { rm } from 'node:fs/promises'
import { HeldFolder } from './heldFolder.ts'

/** Files that go side by side. Node's own way has all of a folder wait for the disk at once, and everybody else behind them. */
const AT_ONCE = 16
/** Folders in folders, each of them held open; deeper ones are left to Node. */
const DEPTH = 32

/** The folder with all that is in it; of a link only the link. Not there is fine. */
export async function removeFolder(folder: string): Promise<void> {
  const held = await HeldFolder.open(folder).catch(() => undefined) // a link, or nothing
  try {
    if (held)
      await empty(held, 1)
  }
  finally {
    await rm(folder, { recursive: true, force: true }) // itself, and what came meanwhile or did not go; it says why
  }
}

async function empty(folder: HeldFolder, depth: number): Promise<void> {
  try {
    let some: Promise<unknown>[] = []
    for await (const entry of folder.entries()) {
      some.push(entry.isDirectory() ? removeInside(folder, entry.name, depth) : folder.unlink(entry.name).catch(() => undefined))
      if (some.length < AT_ONCE && !entry.isDirectory())
        continue
      await Promise.all(some)
      some = []
    }
    await Promise.all(some)
  }
  finally {
    await folder.close()
  }
}

async function removeInside(folder: HeldFolder, name: string, depth: number) {
  const inside = depth < DEPTH ? await folder.open(name).catch(() => undefined) : undefined
  if (inside)
    await empty(inside, depth + 1)
  await folder.removeEmpty(name).catch(() => undefined)
}
