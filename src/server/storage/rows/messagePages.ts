import { sql } from 'kysely'
import { LIMITS } from '../../../shared/attachments.ts'
import type { Message } from '../../../shared/protocol/message.ts'
import type { ShownTools } from '../../../shared/protocol/rest.ts'
import { derivedTitle } from '../../../shared/titles.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../database/database.ts'
import { toMessages } from './messageRows.ts'

export interface PageRequest {
  limit: number
  /** A sequence: the page that ends before it. */
  before?: number
  /** A sequence: the page that begins after it. */
  after?: number
  /** Bytes of texts and parts; the page ends before it has more, but never without its first message. */
  bytes?: number
  tools?: ShownTools
}

/** Characters of a text that are read for its first words. */
const READ_CHARS = 2000

interface Sized { id: string, bytes: number, textBytes: number }

/**
 * A page of messages, ascending. How large they are is looked up before any text is read: a page of a hundred texts
 * of a megabyte would otherwise be in memory before it could be refused.
 */
export async function readPage(database: Database, session: SessionKey, request: PageRequest): Promise<{ messages: Message[], hasMore: boolean }> {
  const bytes = request.bytes ?? LIMITS.pageBytes
  const chars = Math.min(LIMITS.pageTextChars, bytes)
  const sized = await readSizes(database, session, request)
  const fitting = withinBytes(sized.slice(0, request.limit), bytes, chars)
  const messages = await readTexts(database, fitting, chars, request.tools)
  if (request.after === undefined)
    messages.reverse()
  return { messages, hasMore: sized.length > fitting.length }
}

function readSizes(database: Database, { tenant, id }: SessionKey, { limit, before, after }: PageRequest): Promise<Sized[]> {
  let query = database.selectFrom('messages')
    .select([
      'id',
      sql<number>`octet_length(text)`.as('textBytes'),
      sql<number>`octet_length(text) * (case role when 'assistant' then 2 else 1 end) + (select coalesce(sum(octet_length(body)), 0) from parts where parts.message_id = messages.id)`.as('bytes'),
    ])
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('off_branch', '=', 0)
    .orderBy('sequence', after === undefined ? 'desc' : 'asc')
    .limit(limit + 1)
  if (before !== undefined)
    query = query.where('sequence', '<', before)
  if (after !== undefined)
    query = query.where('sequence', '>', after)
  return query.execute()
}

function withinBytes(sized: readonly Sized[], most: number, chars: number): Sized[] {
  let sum = 0
  const end = sized.findIndex(({ bytes, textBytes }, i) => {
    sum += bytes - Math.max(0, textBytes - chars)
    return sum > most && i > 0
  })
  return end === -1 ? [...sized] : sized.slice(0, end)
}

async function readTexts(database: Database, sized: readonly Sized[], chars: number, tools?: ShownTools): Promise<Message[]> {
  if (!sized.length)
    return []
  const rows = await database.selectFrom('messages').selectAll()
    // In place of the whole. What is short enough is not touched: SQLite cuts at U+0000.
    .select(sql<string>`case when octet_length(text) <= ${sql.lit(chars)} then text else substr(text, 1, ${sql.lit(chars)}) end`.as('text'))
    .where('id', 'in', sized.map(({ id }) => id))
    .execute()
  const byId = new Map(rows.map(row => [row.id, row]))
  const inOrder = sized.flatMap(({ id }) => byId.get(id) ?? [])
  const messages = await toMessages(database, inOrder, tools)
  const long = new Map(sized.filter(({ textBytes }) => textBytes > chars).map(size => [size.id, size.textBytes]))
  return messages.map(message => ({ ...message, ...Buffer.byteLength(message.text) < (long.get(message.id) ?? 0) && { truncated: true } }))
}

/** What is said of a message where another one speaks of it. */
export interface Beginning {
  sequence: number
  replyTo: string | null
  createdAt: string
  /** Its first words, or the name of its first file; empty where nothing can be read. */
  words: string
}

/** By their ids, as far as they are there. @param ids at most as many as one page has messages */
export async function readBeginnings(database: Database, { tenant, id }: SessionKey, ids: readonly string[]): Promise<ReadonlyMap<string, Beginning>> {
  if (!ids.length)
    return new Map()
  const rows = await database.selectFrom('messages')
    .select(['id', 'sequence', 'reply_to', 'created_at', 'attachment_name', sql<string>`substr(text, 1, ${sql.lit(READ_CHARS)})`.as('text')])
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('id', 'in', ids)
    .execute()
  return new Map(rows.map(row => [row.id, { sequence: row.sequence, replyTo: row.reply_to, createdAt: row.created_at, words: derivedTitle(row.text, row.attachment_name ?? '') }]))
}
