import { dropTakenOver, NO_REVISION, readJournal, type JournalEntry } from '../../device/unloadJournal.ts'
import { joinTexts } from '../../text/joinTexts.ts'
import { transact, type Scope } from '../draftDatabase.ts'
import type { DraftTransaction } from '../draftSchema.ts'
import { putMessage, readBefore } from '../outbox/putMessage.ts'
import { isTaken } from '../outbox/outboxStorage.ts'
import { putText, readText, type DraftText } from '../textStorage.ts'

const WRITE: Scope = { stores: ['draftMessages', 'draftRevisions', 'outbox'], mode: 'readwrite', durability: 'strict' }

/**
 * Takes what pages wrote down while they went over into the database: it is newer than what is stored, or it would
 * be gone. What was sent is a message on its way then, what was not a draft. What cannot be saved now stays in the
 * journal.
 * @param tab this one, whose own words it saves itself
 * @returns the sessions that were changed
 */
export async function takeOverJournal(tab: string): Promise<Set<string>> {
  const changed = new Set<string>()
  for (const entries of byTab(readJournal().filter(entry => entry.tab !== tab))) {
    try {
      await transact(WRITE, tx => takeOver(tx, entries))
      entries.forEach(dropTakenOver)
      entries.forEach(({ sessionId }) => changed.add(sessionId))
    }
    catch (error) {
      console.warn('The unload journal of an earlier tab could not be saved yet.', error)
    }
  }
  return changed
}

/** Of one tab and session each, in the order in which they were written; what was still in the composer is the last. */
function byTab(journal: readonly JournalEntry[]): [JournalEntry, ...JournalEntry[]][] {
  const groups = new Map<string, [JournalEntry, ...JournalEntry[]]>()
  const rank = ({ message, at = 0 }: JournalEntry) => message ? at : Infinity
  for (const entry of [...journal].sort((a, b) => rank(a) === rank(b) ? 0 : rank(a) - rank(b))) {
    const key = `${entry.sessionId} ${entry.tab}`
    const group = groups.get(key)
    if (group)
      group.push(entry)
    else
      groups.set(key, [entry])
  }
  return [...groups.values()]
}

async function takeOver(tx: DraftTransaction, entries: readonly [JournalEntry, ...JournalEntry[]]): Promise<void> {
  const [{ sessionId }] = entries
  const replaced = new Set(entries.flatMap(({ replaces = [] }) => replaces))
  /** Revisions that this tab itself has left: what it wrote after them goes on from there. */
  const own = new Set<string>()
  const left: JournalEntry[] = []
  for (const entry of entries.filter(({ id }) => !replaced.has(id))) {
    const stored = await readText(tx, sessionId)
    if (await isTaken(tx, stored, entry.id)) {
      if (!stored.message)
        own.add(stored.revision ?? NO_REVISION)
    }
    else if (!left.length && isWhole(entry, stored) && goesOn(entry, stored, own)) {
      await send(tx, entry)
      own.add((await readText(tx, sessionId)).revision ?? NO_REVISION)
    }
    else {
      left.push(entry)
    }
  }
  await keep(tx, left, own)
}

/** Whether it was sent, with files that are all on the device. */
const isWhole = ({ message }: JournalEntry, { mediaIds }: DraftText) => message?.mediaIds.every(id => mediaIds.includes(id)) ?? false

/** Whether nobody else has changed the draft since. */
function goesOn({ bases, text }: JournalEntry, { message, revision = NO_REVISION }: DraftText, own: ReadonlySet<string>): boolean {
  if (!bases)
    return !message
  return bases.includes(revision) || own.has(revision) || message === text || !revision && !message
}

async function send(tx: DraftTransaction, { id, sessionId, text, message, replaces }: JournalEntry) {
  if (!message)
    return
  const made = { id, sessionId, text, ...message }
  await putMessage(tx, made, await readBefore(tx, made), { taken: replaces })
}

/** They are one draft. Files that were to be sent with them have never left it. */
async function keep(tx: DraftTransaction, entries: readonly JournalEntry[], own: ReadonlySet<string>) {
  const words = entries.filter(({ text, message }) => text || !message)
  const [first] = words
  if (!first)
    return
  const { sessionId, tab, bases } = first
  const stored = await readText(tx, sessionId)
  const text = words.map(({ text }) => text).reduce((all, text) => joinTexts(all, text))
  const base = !bases || goesOn(first, stored, own) ? stored.revision : bases[0]
  await putText(tx, sessionId, bases ? text : joinTexts(stored.message, text), { tab, base, taken: entries.flatMap(({ id, replaces = [] }) => [id, ...replaces]) })
}
