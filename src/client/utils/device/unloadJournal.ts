import { storageScope } from './storageScope.ts'

/**
 * What was typed in the moment before a page goes. A transaction that has to read before it writes is aborted
 * with the page; this is written at once, and taken over by the database when the app starts again.
 */
const prefix = (scope = storageScope()) => `${scope}.lastWords.`

export interface JournalEntry {
  sessionId: string
  /** That they were typed in. */
  tab: string
  text: string
  /** The draft's revision that the text began from. */
  base?: string
  /** The message that the draft was becoming: where that is in the outbox, the text is in it. */
  becoming?: string
  /** When they were kept, in milliseconds since their page began. */
  at?: number
}

type Key = Pick<JournalEntry, 'sessionId' | 'tab' | 'becoming'>

/** Each tab has its own, and each message: two may go at the same time. */
const keyOf = ({ sessionId, tab, becoming }: Key) => [prefix() + sessionId, tab, becoming].filter(Boolean).join('.')

export function writeJournal(words: JournalEntry): void {
  attempt(storage => storage.setItem(keyOf(words), JSON.stringify({ at: performance.now(), ...words })))
}

/** They are in the database now, or not wanted any more. */
export function dropFromJournal(words: Key): void {
  attempt(storage => storage.removeItem(keyOf(words)))
}

export function readJournal(): JournalEntry[] {
  const words: JournalEntry[] = []
  attempt((storage) => {
    for (const key of Object.keys(storage)) {
      const entry = key.startsWith(prefix()) ? storage.getItem(key) : null
      if (entry)
        words.push(JSON.parse(entry) as JournalEntry)
    }
  })
  return words
}

/** Of an account that left. */
export function dropJournal(scope: string): void {
  attempt((storage) => {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(prefix(scope)))
        storage.removeItem(key)
    }
  })
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
