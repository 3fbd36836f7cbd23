/** Milliseconds from the beginning of one save to the next, at least. */
const BETWEEN = 100
/** Milliseconds at most that the page has for itself after a save; mostly as long as that took. */
const REST = 300

/**
 * Runs `save` for a key as soon as it changed: at once after a pause, and a few times in a second while typing goes on.
 * A save that takes long is not begun again before it has ended. `flush` runs at once all that is due.
 * @param save never rejects
 */
export function createSaveSoon(save: (key: string) => Promise<void>) {
  /** No timer: it waits for the save that is under way. */
  const due = new Map<string, ReturnType<typeof setTimeout> | undefined>()
  const notBefore = new Map<string, number>()

  function run(key: string) {
    cancel(key)
    const began = Date.now()
    notBefore.set(key, Infinity)
    void save(key).then(() => {
      const ended = Date.now()
      notBefore.set(key, Math.max(began + BETWEEN, ended + Math.min(REST, ended - began)))
      if (due.has(key))
        plan(key)
    })
  }

  function plan(key: string) {
    const wait = (notBefore.get(key) ?? 0) - Date.now()
    due.set(key, wait === Infinity ? undefined : setTimeout(run, wait, key))
  }

  function cancel(key: string) {
    clearTimeout(due.get(key))
    due.delete(key)
  }

  return { soon: (key: string): void => due.has(key) ? undefined : plan(key), cancel, flush: (): void => [...due.keys()].forEach(run) }
}
