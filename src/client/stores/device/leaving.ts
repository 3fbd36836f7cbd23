import { watch } from 'vue'
import { useDataStore } from '../data.ts'
import { useDraftsStore } from '../drafts.ts'
import { useOverlaysStore } from '../navigation/overlays.ts'
import { useOutboxStore } from '../outbox.ts'

/**
 * How a tab forgets what is locked. A page that begins anew knows nothing; what was typed last is written while it goes.
 * What found no room on the device would be lost with the page: that one is covered, until somebody opens the lock or
 * nothing is in this tab only any more.
 */
export function createLeaving() {
  let state: 'here' | 'covered' | 'gone' = 'here'

  function begin(): void {
    if (state !== 'here')
      return
    if (!isOnlyHere())
      return go()
    state = 'covered'
    useOverlaysStore().open({ name: 'cover' })
    const stop = watch(() => state === 'covered' && isOnlyHere(), (stays) => {
      stop()
      if (!stays && state === 'covered')
        go()
    })
  }

  function go() {
    state = 'gone'
    location.reload()
  }

  /** The lock is open. */
  function end(): void {
    if (state !== 'covered')
      return
    state = 'here'
    useOverlaysStore().close()
  }

  return { begin, end, hasBegun: () => state !== 'here' }
}

/** Whether this tab holds what the device does not: text, a file or a message that would be lost with the page. */
function isOnlyHere(): boolean {
  const data = useDataStore()
  const files = [...data.shownSessions()].flatMap(id => data.attachmentsOf(id))
  return Boolean(useDraftsStore().saveProblem) || useOutboxStore().tabOnly.size > 0
    || files.some(({ state, safe }) => state === 'tab-only' || state === 'preparing' && !safe)
}
