import { shallowReactive } from 'vue'
import { deleteSession } from '../../utils/network/api.ts'
import type { KnownSessions } from './knownSessions.ts'

/** Sessions on their way out. */
export function createDeletingSessions({ remove }: KnownSessions) {
  /** Those that are to be deleted, and may be taken back yet. */
  const hidden = shallowReactive(new Set<string>())

  /** For good. What could not be deleted is there again. */
  async function destroy(id: string): Promise<void> {
    try {
      await deleteSession(id)
      remove(id)
    }
    finally {
      hidden.delete(id)
    }
  }

  return { hidden, destroy, hide: (id: string) => void hidden.add(id), unhide: (id: string) => void hidden.delete(id) }
}
