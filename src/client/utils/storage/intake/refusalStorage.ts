import { transact, type Scope } from '../draftDatabase.ts'
import type { DraftMessage, DraftTransaction, KeptRefusal } from '../draftSchema.ts'
import { takeIntake } from '../intakeRecords.ts'

/*
 * Files that were not taken: what a person was told of each stays with the draft until they have seen it. Every function
 * resolves when its transaction is complete; it rejects with the browser's DOMException when nothing was changed.
 */

/** Of one draft; the newest stay. */
export const KEPT_REFUSALS = 50
/** Letters. File systems allow no longer names, and no sentence of ours is as long as this. */
const NAME_LENGTH = 255
const SENTENCE_LENGTH = 1000

/** A sentence as it is kept. */
export const keptSentence = (text: string): string => text.slice(0, SENTENCE_LENGTH)

/** Each sentence once; the newest where there are too many. */
export function joinRefused(first: readonly KeptRefusal[] = [], second: readonly KeptRefusal[] = []): readonly KeptRefusal[] {
  const others = first.filter(({ text }) => !second.some(other => other.text === text))
  return [...others, ...second].slice(-KEPT_REFUSALS)
}

/** The file as it was given goes, and what is told of it is kept, in one step: there is no moment with neither. */
export function keepRefusal(id: string, sessionId: string, { name, text, fitsFolder }: KeptRefusal): Promise<void> {
  return transact({ stores: ['intake', 'draftMessages'], mode: 'readwrite', durability: 'strict' }, async (tx) => {
    const given = await tx.objectStore('intake').get(id)
    const session = given?.sessionId ?? sessionId // its draft may be another session's by now
    const draft = await tx.objectStore('draftMessages').get(session)
    const refusal = { name: name.slice(0, NAME_LENGTH), text: keptSentence(text), ...fitsFolder && { fitsFolder } }
    await takeIntake(tx, [{ id }])
    await tx.objectStore('draftMessages').put({ ...draft, refused: joinRefused(draft?.refused, [refusal]) }, session)
  })
}

/** The oldest first. */
export function getRefusals(sessionId: string): Promise<readonly KeptRefusal[]> {
  return transact({ stores: ['draftMessages'], mode: 'readonly' }, async tx => (await tx.objectStore('draftMessages').get(sessionId))?.refused ?? [])
}

const WRITE: Scope = { stores: ['draftMessages'], mode: 'readwrite' }

/** A person has seen these sentences, or they are over. @returns whether one of them was there */
export function forgetRefusals(sessionId: string, texts: readonly string[]): Promise<boolean> {
  return transact(WRITE, async (tx) => {
    const { refused = [], ...draft } = await tx.objectStore('draftMessages').get(sessionId) ?? {}
    const over = new Set(texts.map(keptSentence))
    const left = refused.filter(({ text }) => !over.has(text))
    if (left.length === refused.length)
      return false
    await put(tx, sessionId, left.length ? { ...draft, refused: left } : draft)
    return true
  })
}

/** A draft of which nothing is left is none. */
const put = (tx: DraftTransaction, sessionId: string, draft: DraftMessage) =>
  Object.keys(draft).length ? tx.objectStore('draftMessages').put(draft, sessionId) : tx.objectStore('draftMessages').delete(sessionId)
