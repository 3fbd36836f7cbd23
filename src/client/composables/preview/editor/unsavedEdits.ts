import { areSame, type Operation } from '../../../../shared/files/edits.ts'
import type { UnsavedEdit } from '../../../utils/storage/draftSchema.ts'
import { getUnsaved, keepUnsaved } from '../../../utils/storage/edits/unsavedStorage.ts'

interface Pending {
  edit: UnsavedEdit
  saved: readonly Operation[]
  /** Whether a person would miss it. */
  matters: () => boolean
}

/** Steps that the device does not have, by what they belong to: on their way to it, or there is no room. */
const pending = new Map<string, Pending>()
const writing = new Set<string>()

/** Keeps steps on the device as they are now. They are in order: whatever is behind is left out. */
export function keepEdit(id: string, one: Pending): void {
  pending.set(id, one)
  if (!writing.has(id))
    void write(id)
}

async function write(id: string) {
  writing.add(id)
  for (let one = pending.get(id), last; one && one !== last; last = one, one = pending.get(id)) {
    if (await isKept(id, one) && pending.get(id) === one)
      pending.delete(id)
  }
  writing.delete(id)
}

async function isKept(id: string, { saved, edit }: Pending): Promise<boolean> {
  try {
    return await keepUnsaved(id, saved, edit) === 'kept'
  }
  catch (error) {
    console.warn('What was drawn could not be saved on this device; it is kept in this tab.', error)
    return false
  }
}

/** What the editor goes on from: what this tab has alone, else what the device holds. */
export async function recallEdit(id: string, saved: readonly Operation[]): Promise<UnsavedEdit | undefined> {
  const own = pending.get(id)
  if (own)
    return areSame(own.saved, saved) ? own.edit : undefined
  return getUnsaved(id, saved).catch(() => undefined) // where nothing can be read, nothing was kept
}

/** It is in a picture now; the device has let it go with that. */
export const forgetEdit = (id: string): void => void pending.delete(id)

// A reload or a closed tab would take with it what only this tab has: the browser asks.
globalThis.addEventListener?.('beforeunload', (event) => {
  if ([...pending.values()].some(({ matters }) => matters()))
    event.preventDefault()
})
