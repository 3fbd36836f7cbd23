import type { BigIntStats } from 'node:fs'
import { LIMITS } from '../../../shared/attachments.ts'
import { unlessMissing } from '../../errors/missing.ts'
import { HeldFolder } from './heldFolder.ts'
import { isTemporary } from './temporaryFile.ts'

export interface FoundFile {
  /** Relative to the workspace, with `/`. */
  path: string
  /** Bytes. */
  size: number
  mode: number
  /** Another one where the file was changed. */
  stamp: string
}

export interface Walk {
  files: FoundFile[]
  /** Paths of folders into which nobody looks. */
  skipped: string[]
  /** Paths of files that were being written when a server was killed, or still are. */
  unfinished: string[]
  /** False where there is more than is looked at. */
  isWhole: boolean
}

/** What tools keep there is theirs, and is much. */
const SKIPPED = new Set(['.git', 'node_modules'])
/** Whether the file lies where nobody looks. @param path as `FoundFile.path` */
export const isSkipped = (path: string): boolean => path.split('/').some(name => SKIPPED.has(name))

/** Files that are looked at side by side. */
const AT_ONCE = 32
/** Folders in folders. */
const DEPTH = 32

export const stampOf = ({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string => [size, mtimeNs, ctimeNs, ino].join('-')

/**
 * The files of a workspace, those near its top first, at most as many as the limit says. Links are not followed;
 * sockets, pipes and devices are left alone.
 */
export async function walkWorkspace(root: string, most: number = LIMITS.workspaceEntries): Promise<Walk> {
  const walk: Walk = { files: [], skipped: [], unfinished: [], isWhole: true }
  const folders: string[][] = [[]]
  let left = most
  for (let names = folders.shift(); names && walk.isWhole; names = folders.shift()) {
    await insideFolder(root, names, async (folder) => {
      const found: string[] = []
      for await (const entry of folder.entries()) {
        if (left-- <= 0) {
          walk.isWhole = false
          break
        }
        if (entry.isDirectory() && SKIPPED.has(entry.name))
          walk.skipped.push([...names, entry.name].join('/'))
        else if (entry.isDirectory() && names.length < DEPTH)
          folders.push([...names, entry.name])
        else if (entry.isFile() && isTemporary(entry.name))
          walk.unfinished.push([...names, entry.name].join('/'))
        else if (entry.isFile())
          found.push(entry.name)
      }
      walk.files.push(...await lookAt(folder, names, found))
    })
  }
  return walk
}

/** Works in that folder; one that is gone, or is a link by now, is passed over. */
async function insideFolder(root: string, names: readonly string[], work: (folder: HeldFolder) => Promise<void>) {
  const held = [await HeldFolder.open(root)]
  try {
    for (const name of names) {
      const next = await held.at(-1)?.open(name).catch(() => undefined) // the agent may still be at work
      if (!next)
        return
      held.push(next)
    }
    const last = held.at(-1)
    if (last)
      await work(last)
  }
  finally {
    for (const folder of held)
      await folder.close()
  }
}

async function lookAt(folder: HeldFolder, names: readonly string[], found: readonly string[]): Promise<FoundFile[]> {
  const files: FoundFile[] = []
  for (let start = 0; start < found.length; start += AT_ONCE) {
    const some = await Promise.all(found.slice(start, start + AT_ONCE).map(async (name): Promise<FoundFile[]> => {
      const stat = await unlessMissing(folder.stat(name)) // it was removed meanwhile, or its name cannot be read
      return stat?.isFile() ? [{ path: [...names, name].join('/'), size: Number(stat.size), mode: Number(stat.mode) & 0o777, stamp: stampOf(stat) }] : []
    }))
    files.push(...some.flat())
  }
  return files
}
