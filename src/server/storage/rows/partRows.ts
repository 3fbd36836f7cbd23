import { textOf } from '../../../shared/parts/partEvents.ts'
import { folded } from '../../../shared/parts/folding.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { ShownTools } from '../../../shared/protocol/rest.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database, DatabaseTransaction, PartRow } from '../database/database.ts'
import { groupByMessage } from './groupByMessage.ts'

/**
 * The parts of an agent's message, one row each. What its text parts say is stored once, in the message's own
 * `text`: their rows hold how many characters of it are theirs.
 */

type StoredBody = Exclude<Part, { type: 'text' }> | { type: 'text', id: string, chars: number }

const toBody = (part: Part): StoredBody =>
  part.type === 'text' ? { type: 'text', id: part.id, chars: part.text.length } : part

const toRow = (messageId: string, part: Part, ordinal: number): PartRow =>
  ({ message_id: messageId, id: part.id, ordinal, type: part.type, body: JSON.stringify(toBody(part)) })

/** @param text the message's; `rows` in their order; `tools` how much of them */
export function toParts(text: string, rows: readonly PartRow[], tools: ShownTools = 'whole'): Part[] {
  let start = 0
  return rows.map((row) => {
    const body = JSON.parse(row.body) as StoredBody
    if (body.type !== 'text')
      return tools === 'folded' ? folded(body, row.body.length) : body
    const own = text.slice(start, start + body.chars)
    if (body.chars > 0)
      start += body.chars + SEPARATOR
    return { type: 'text', id: body.id, text: own }
  })
}

/** Characters of the blank line between two text parts. */
const SEPARATOR = 2

/** Must run inside a transaction. `changed`: ids of the parts whose rows are behind; rows of parts that are gone go, too. */
export async function saveParts(trx: DatabaseTransaction, messageId: string, parts: readonly Part[], changed: ReadonlySet<string>) {
  const gone = [...changed].filter(id => !parts.some(part => part.id === id))
  for (const id of gone)
    await trx.deleteFrom('parts').where('message_id', '=', messageId).where('id', '=', id).execute()
  for (const [ordinal, part] of parts.entries()) {
    if (!changed.has(part.id))
      continue
    const row = toRow(messageId, part, ordinal)
    await trx.insertInto('parts').values(row)
      .onConflict(conflict => conflict.columns(['message_id', 'id']).doUpdateSet({ ordinal, type: row.type, body: row.body }))
      .execute()
  }
  await trx.updateTable('messages').set({ text: textOf(parts) }).where('id', '=', messageId).execute()
}

/** As `saveParts`, of a message that is complete: whatever else is stored of it goes, though an earlier save had failed. */
export async function saveAllParts(trx: DatabaseTransaction, messageId: string, parts: readonly Part[]) {
  const stored = await trx.selectFrom('parts').select('id').where('message_id', '=', messageId).execute()
  await saveParts(trx, messageId, parts, new Set([...stored, ...parts].map(({ id }) => id)))
}

/** By message, in their order. */
export async function readPartRows(db: Database | DatabaseTransaction, messageIds: readonly string[]): Promise<Map<string, PartRow[]>> {
  if (!messageIds.length)
    return new Map()
  const rows = await db.selectFrom('parts').selectAll()
    .where('message_id', 'in', messageIds)
    .orderBy('message_id').orderBy('ordinal')
    .execute()
  return groupByMessage(rows)
}

/** One that is no text. */
export async function readPart(db: Database | DatabaseTransaction, messageId: string, id: string): Promise<Part | undefined> {
  const row = await db.selectFrom('parts').select('body')
    .where('message_id', '=', messageId).where('id', '=', id).where('type', '<>', 'text')
    .executeTakeFirst()
  return row && JSON.parse(row.body) as Part
}

/** As `readPart`, of a message of this session. */
export async function readPartOf(database: Database, { tenant, id: sessionId }: SessionKey, messageId: string, id: string): Promise<Part | undefined> {
  const message = await database.selectFrom('messages').select('id')
    .where('tenant_id', '=', tenant).where('session_id', '=', sessionId).where('id', '=', messageId)
    .executeTakeFirst()
  return message && readPart(database, messageId, id)
}
