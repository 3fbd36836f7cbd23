/**
 * What was typed in the moment before a page goes. A transaction that has to read before it writes is aborted
 * with the page; this is written at once, and taken over by the database when the app starts again.
 */
const PREFIX = 'satchel.lastWords.'

/** By session id. */
export function keepLastWords(sessionId: string, text: string): void {
  attempt(storage => storage.setItem(PREFIX + sessionId, text))
}

/** They are in the database now, or not wanted any more. */
export function dropLastWords(sessionId: string): void {
  attempt(storage => storage.removeItem(PREFIX + sessionId))
}

export function getLastWords(): Map<string, string> {
  const words = new Map<string, string>()
  attempt((storage) => {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(PREFIX))
        words.set(key.slice(PREFIX.length), storage.getItem(key) ?? '')
    }
  })
  return words
}

/** A browser that has switched it off, or has no room, still has the database. */
function attempt(use: (storage: Storage) => void) {
  try {
    use(localStorage)
  }
  catch (error) {
    console.warn('The last words before leaving cannot be kept.', error)
  }
}
