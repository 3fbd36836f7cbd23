/** Milliseconds after the last change, and at the latest after the first. */
const AFTER_LAST = 300
const AFTER_FIRST = 1000

/**
 * Runs `save` for a key soon after it changed: not at each keystroke, but within a second while typing goes on.
 * `flush` runs at once all that is due.
 */
export function createSaveSoon(save: (key: string) => void) {
  const due = new Map<string, { timer: ReturnType<typeof setTimeout>, since: number }>()

  function run(key: string) {
    clearTimeout(due.get(key)?.timer)
    if (due.delete(key))
      save(key)
  }

  function soon(key: string) {
    const now = Date.now()
    const since = due.get(key)?.since ?? now
    clearTimeout(due.get(key)?.timer)
    const wait = Math.max(0, Math.min(AFTER_LAST, since + AFTER_FIRST - now))
    due.set(key, { since, timer: setTimeout(run, wait, key) })
  }

  function cancel(key: string) {
    clearTimeout(due.get(key)?.timer)
    due.delete(key)
  }

  return { soon, cancel, due: () => [...due.keys()], flush: () => [...due.keys()].forEach(run) }
}
