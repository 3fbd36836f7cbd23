/**
 * What was typed in the moment before a page goes. A transaction that has to read before it writes is aborted
 * with the page; this is written at once, and taken over by the database when the app starts again.
 */
const PREFIX = 'satchel.lastWords.'

export interface LastWords {
  text: string
  /** The draft's revision that the text began from. */
  base?: string
}

/** By session id. */
export function keepLastWords(sessionId: string, words: LastWords): void {
  attempt(storage => storage.setItem(PREFIX + sessionId, JSON.stringify(words)))
}

/** They are in the database now, or not wanted any more. */
export function dropLastWords(sessionId: string): void {
  attempt(storage => storage.removeItem(PREFIX + sessionId))
}

export function getLastWords(): Map<string, LastWords> {
  const words = new Map<string, LastWords>()
  attempt((storage) => {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(PREFIX))
        words.set(key.slice(PREFIX.length), read(storage.getItem(key) ?? ''))
    }
  })
  return words
}

function read(stored: string): LastWords {
  try {
    return JSON.parse(stored) as LastWords
  }
  catch {
    return { text: stored } // as an earlier version kept it
  }
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
