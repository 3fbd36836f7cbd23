import type { Pending } from './mergeFiles.ts'

/** The reading of a draft's files off the device, which may be overtaken by a later one. */
export interface Reading {
  number: number
  savedBefore: ReadonlySet<string>
}

/** What goes on with one draft's files in this tab, beside how they are shown. */
export interface DraftFiles {
  /** The first reading; none before it was asked for, or where it failed. */
  loading?: Promise<void>
  /** The device has answered: what is attached now stands behind what lies there. */
  isRead: boolean
  /** Taken out here, while the device has not answered yet. */
  leaving: Set<string>
  /** The ids in their order, with those that were removed and may come back. */
  order: readonly string[]
  /** The order that a person has just given them, until the device has it. */
  wanted?: readonly string[]
  /** A file is prepared from now on. @returns whether that counts still: one that was removed and put back is prepared anew */
  beginPreparing: (id: string) => () => boolean
  /** The whole draft is on its way off the device: what is attached now is the next one, and waits for that. */
  discarding?: Promise<unknown>
  /** Another tab did something while files were prepared here: how they stand is to be read again. */
  isBehind: boolean
  begin: (saved: readonly string[]) => Reading
  /** @returns what is to be merged; undefined where a reading that began later was faster */
  end: (reading: Reading) => Pending | undefined
}

export function createDraftFiles(): DraftFiles {
  let begun = 0
  let newestShown = 0
  const turns = new Map<string, symbol>()
  const files: DraftFiles = {
    isRead: false,
    leaving: new Set(),
    order: [],
    beginPreparing(id) {
      const turn = Symbol(id)
      turns.set(id, turn)
      return () => turns.get(id) === turn
    },
    isBehind: false,
    begin: saved => ({ number: ++begun, savedBefore: new Set(saved) }),
    end({ number, savedBefore }) {
      if (number < newestShown)
        return undefined
      newestShown = number
      files.isRead = true
      return { leaving: files.leaving, savedBefore }
    },
  }
  return files
}
