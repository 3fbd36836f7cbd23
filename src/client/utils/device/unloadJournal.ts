import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import { storageScope } from './storageScope.ts'

/**
 * What was typed or sent in the moment before a page goes. A transaction that is under way is aborted with the page;
 * this is written at once, and taken over by the database when the app starts again.
 */
const prefix = (scope = storageScope()) => `${scope}.unloadJournal.`
/** As the first versions named it; a tab that still runs one may write it. */
const earlierPrefix = (scope = storageScope()) => `${scope}.lastWords.`

export interface JournalEntry {
  /** Another one each time, so that what was taken over once is known; a message's own. */
  id: string
  sessionId: string
  /** That the words were typed in. */
  tab: string
  text: string
  /**
   * The draft's revisions that the text goes on from: the one that the tab had read, and those that it was writing.
   * None: the tab had not read the draft yet, and the text stands after whatever is in it.
   */
  bases?: string[]
  /** Ids of entries whose words are in this one: a page that goes while it puts one in the place of another leaves both. */
  replaces?: readonly string[]
  /** The draft was sent: what makes it a message. */
  message?: { projectId: string, mediaIds: string[], createdAt: number, choice?: AgentChoice }
  /** When it was written, in milliseconds since its page began. */
  at?: number
}

/** Stands for the revision of a draft that never had one. */
export const NO_REVISION = ''

/** How entries are written where they are not to be read by others. */
export interface JournalSeal {
  write: (text: string) => string
  read: (written: string) => string
}

let seal: JournalSeal | undefined

/** From now on entries are written so, and those that are there already, too; undefined: as one that knows no key. */
export function sealJournal(given: JournalSeal | undefined): void {
  const earlier = seal
  seal = given
  if (given)
    attempt(storage => keysOf(storage).forEach(key => writeAgain(storage, key, earlier)))
}

function writeAgain(storage: Storage, key: string, earlier: JournalSeal | undefined) {
  const found = storage.getItem(key)
  const entry = parse(key, found, earlier) ?? parse(key, found)
  if (entry)
    storage.setItem(key, written(entry))
}

const written = (entry: JournalEntry) => seal?.write(JSON.stringify(entry)) ?? JSON.stringify(entry)

type Key = Pick<JournalEntry, 'sessionId' | 'tab'> & { messageId?: string }

/** Each tab has its own, and each message: two may go at the same time. */
const keyOf = ({ sessionId, tab, messageId }: Key) => [prefix() + sessionId, tab, messageId].filter(Boolean).join('.')
const keyOfEntry = ({ sessionId, tab, id, message }: JournalEntry) => keyOf({ sessionId, tab, messageId: message && id })

/** @returns false where the browser refuses it, or has no room */
export function writeJournal(entry: JournalEntry): boolean {
  return attempt((storage) => {
    storage.setItem(keyOfEntry(entry), written({ at: performance.now(), ...entry }))
  })
}

/** The words are in the database now, or not wanted any more. */
export function dropFromJournal(key: Key): void {
  attempt(storage => storage.removeItem(keyOf(key)))
}

/** Was taken over. What its tab has written in its place meanwhile stays. */
export function dropTakenOver(entry: JournalEntry): void {
  attempt((storage) => {
    for (const key of keysOf(storage).filter(key => parse(key, storage.getItem(key))?.id === entry.id))
      storage.removeItem(key)
  })
}

export function readJournal(): JournalEntry[] {
  const entries: JournalEntry[] = []
  attempt((storage) => {
    entries.push(...keysOf(storage).flatMap(key => parse(key, storage.getItem(key)) ?? []))
  })
  return entries
}

/** Of an account that left. */
export function dropJournal(scope: string): void {
  attempt(storage => keysOf(storage, scope).forEach(key => storage.removeItem(key)))
}

const keysOf = (storage: Storage, scope?: string) => Object.keys(storage).filter(key => key.startsWith(prefix(scope)) || key.startsWith(earlierPrefix(scope)))

/** As an earlier version wrote it. */
interface EarlierEntry extends Pick<JournalEntry, 'sessionId' | 'tab' | 'text' | 'at'> {
  base?: string
  becoming?: string
}

function parse(key: string, found: string | null, how = seal): JournalEntry | undefined {
  const text = found ?? 'null'
  try {
    const entry = JSON.parse(how ? how.read(text) : text) as JournalEntry | EarlierEntry | null
    if (typeof entry?.sessionId !== 'string' || typeof entry.text !== 'string')
      return undefined
    return 'id' in entry ? entry : fromEarlier(key, entry)
  }
  catch {
    return undefined // nothing that this app has written, or what is locked
  }
}

const fromEarlier = (key: string, { base, becoming, ...words }: EarlierEntry): JournalEntry =>
  ({ ...words, id: becoming ?? key, bases: [base ?? NO_REVISION] })

/** A browser that has switched it off, or has no room, still has the database. */
function attempt(use: (storage: Storage) => void): boolean {
  try {
    use(localStorage)
    return true
  }
  catch (error) {
    console.warn('The unload journal cannot be written.', error)
    return false
  }
}
