import { dropFromJournal, readJournal, type JournalEntry } from '../device/unloadJournal.ts'
import { joinTexts } from '../text/joinTexts.ts'
import { transact, type Scope } from './draftDatabase.ts'
import type { DraftTransaction } from './draftSchema.ts'
import { putText, readText } from './textStorage.ts'

const WRITE: Scope = { stores: ['draftMessages', 'draftRevisions', 'outbox'], mode: 'readwrite' }

/**
 * Takes what pages wrote down while they went over into the database: it is newer than what is stored, or it would
 * be gone. What cannot be saved now stays in the journal.
 */
export async function takeOverJournal(): Promise<void> {
  for (const words of byTab(readJournal())) {
    try {
      await save(words)
      words.forEach(dropFromJournal)
    }
    catch (error) {
      console.warn('The last words of an earlier tab could not be saved yet.', error)
    }
  }
}

/** Of one tab and session each, in the order in which they were written; what was still in the composer is the last. */
function byTab(journal: readonly JournalEntry[]): JournalEntry[][] {
  const groups = new Map<string, JournalEntry[]>()
  for (const words of journal) {
    const key = `${words.sessionId} ${words.tab}`
    groups.set(key, [...groups.get(key) ?? [], words])
  }
  const rank = ({ becoming, at = 0 }: JournalEntry) => becoming === undefined ? Infinity : at
  return [...groups.values()].map(group => group.sort((a, b) => rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}

/** What became a message is in the outbox, or was sent since; the rest is one draft again. */
function save(group: readonly JournalEntry[]): Promise<void> {
  return transact(WRITE, async (tx) => {
    const { sessionId, tab } = group[0]!
    const stored = await readText(tx, sessionId)
    const moved = await Promise.all(group.map(({ becoming }) => isMessage(tx, becoming, stored.sent)))
    const left = group.filter((_, i) => !moved[i])
    if (!left.length)
      return
    // Where the tab itself has sent what was there, the words after it began from nothing.
    const base = moved.includes(true) && !stored.message ? stored.revision : left[0]!.base
    await putText(tx, sessionId, left.map(({ text }) => text).reduce((all, text) => joinTexts(all, text)), { tab, base })
  })
}

async function isMessage(tx: DraftTransaction, id: string | undefined, sent: string | undefined) {
  return id !== undefined && (id === sent || await tx.objectStore('outbox').getKey(id) !== undefined)
}
