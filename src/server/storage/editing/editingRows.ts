import type { Author, MessageEditing } from '../../../shared/protocol/message.ts'
import { refusal } from '../../errors/problems.ts'
import type { Database, DatabaseTransaction, MessageRow } from '../database/database.ts'

/** Milliseconds. */
export interface EditingLimits {
  /** How long it counts that somebody edits a message, if they do not say it again. */
  editingMs: number
  /** How long a session's queue waits at one place for it, whoever edits and however often. */
  longestEditingMs: number
}

/** Who edits, and as whom the others of the tenant see them. */
export interface Editor { user: string, by: Author | null }

/** As it is stored with a message that waits. Times are ISO 8601. */
interface StoredEditing extends Editor {
  until: string
  /** Since when the queue waits for it: kept when it ends, and by what stands in its place. */
  awaitedSince?: string
}

const parse = (json: string | null): StoredEditing | undefined => json === null ? undefined : JSON.parse(json) as StoredEditing

const isOver = ({ until }: StoredEditing) => Date.parse(until) <= Date.now()

/** Undefined where nobody does. */
export function readEditing({ status, editing }: Pick<MessageRow, 'status' | 'editing'>): MessageEditing | undefined {
  const stored = status === 'accepted' ? parse(editing) : undefined
  return stored && !isOver(stored) ? { by: stored.by, until: stored.until } : undefined
}

const save = (trx: DatabaseTransaction, id: string, editing: StoredEditing): Promise<MessageRow> =>
  trx.updateTable('messages').set({ editing: JSON.stringify(editing) }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** The queue has waited long enough then. */
const lastMoment = (since: string, { longestEditingMs }: EditingLimits) => Date.parse(since) + longestEditingMs

/** Also to go on. @throws a 409 where another person does, and where the queue has waited for too long */
export async function saveEditing(trx: DatabaseTransaction, row: MessageRow, { user, by }: Editor, limits: EditingLimits): Promise<MessageRow> {
  const there = parse(row.editing)
  if (there && there.user !== user && !isOver(there))
    throw refusal(409, 'being_edited', `${there.by?.name ?? 'Somebody else'} is editing this message.`)
  const until = Math.min(Date.now() + limits.editingMs, there?.awaitedSince ? lastMoment(there.awaitedSince, limits) : Infinity)
  if (until <= Date.now())
    throw refusal(409, 'edited_too_long', 'The agent has waited for a change of this message for as long as it does.')
  return save(trx, row.id, { user, by, until: new Date(until).toISOString(), awaitedSince: there?.awaitedSince })
}

/** @param user of this person only @returns the row as it is then; undefined where nobody edits it */
export async function endEditing(trx: DatabaseTransaction, row: MessageRow, user?: string): Promise<MessageRow | undefined> {
  const there = parse(row.editing)
  if (!there || isOver(there) || (user !== undefined && user !== there.user))
    return undefined
  return save(trx, row.id, { ...there, until: new Date().toISOString() })
}

async function readOpen(database: Database, messageId: string): Promise<StoredEditing | undefined> {
  const row = await database.selectFrom('messages').select('editing').where('id', '=', messageId).executeTakeFirst()
  const there = parse(row?.editing ?? null)
  return there && !isOver(there) ? there : undefined
}

/** The message is the next one. Until when (milliseconds since the epoch) it waits for whoever edits it; in the past where nobody does. */
export async function awaitEditing(database: Database, messageId: string, limits: EditingLimits): Promise<number> {
  return await readOpen(database, messageId) ? database.transaction().execute(trx => noteAwaited(trx, messageId, limits)) : 0 // mostly nobody does
}

async function noteAwaited(trx: DatabaseTransaction, messageId: string, limits: EditingLimits): Promise<number> {
  const there = await readOpen(trx, messageId)
  if (!there)
    return 0
  const awaitedSince = there.awaitedSince ?? new Date().toISOString()
  if (!there.awaitedSince)
    await save(trx, messageId, { ...there, awaitedSince })
  return Math.min(Date.parse(there.until), lastMoment(awaitedSince, limits))
}

/** For what stands in its place: it can be edited in turn, but the queue does not begin anew to wait. */
export function inheritEditing(json: string | null): string | null {
  const there = parse(json)
  return there?.awaitedSince ? JSON.stringify({ ...there, until: new Date(0).toISOString() }) : null
}
