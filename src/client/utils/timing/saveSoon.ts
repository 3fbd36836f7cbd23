/** Milliseconds from the beginning of one save to the next, at least. */
const BETWEEN = 100
/** Milliseconds at most that the page has for itself after a save; mostly as long as that took. */
const REST = 300

/** Milliseconds until what could not be saved is tried again by itself: the first time, and at most. */
const AGAIN = 1000
const AGAIN_AT_MOST = 60_000

/**
 * Runs `save` for a key as soon as it changed: at once after a pause, and a few times in a second while typing goes on.
 * A save that takes long is not begun again before it has ended. `flush` runs at once all that is due.
 * @param save never rejects; false where it could not be saved: then it is tried again after a while
 */
export function createSaveSoon(save: (key: string) => Promise<boolean>) {
  /** No timer: it waits for the save that is under way. */
  const due = new Map<string, ReturnType<typeof setTimeout> | undefined>()
  const notBefore = new Map<string, number>()
  const failed = new Map<string, ReturnType<typeof setTimeout>>()
  let again = AGAIN

  async function run(key: string) {
    cancel(key)
    const began = Date.now()
    notBefore.set(key, Infinity)
    const isSaved = await save(key)
    const ended = Date.now()
    notBefore.set(key, Math.max(began + BETWEEN, ended + Math.min(REST, ended - began)))
    if (due.has(key))
      plan(key)
    else if (!isSaved)
      retry(key)
    if (isSaved)
      again = AGAIN
  }

  function retry(key: string): void {
    clearTimeout(failed.get(key))
    failed.set(key, setTimeout(run, again, key))
    again = Math.min(AGAIN_AT_MOST, 2 * again)
  }

  function plan(key: string) {
    const wait = (notBefore.get(key) ?? 0) - Date.now()
    due.set(key, wait === Infinity ? undefined : setTimeout(run, wait, key))
  }

  function cancel(key: string) {
    clearTimeout(due.get(key))
    clearTimeout(failed.get(key))
    due.delete(key)
    failed.delete(key)
  }

  return {
    soon: (key: string): void => due.has(key) ? undefined : plan(key),
    /** At once; resolves when it has ended, well or badly. */
    now: run,
    /** After the pause that there is after one that failed. */
    later: retry,
    cancel,
    flush: (): void => [...due.keys()].forEach(key => void run(key)),
  }
}
