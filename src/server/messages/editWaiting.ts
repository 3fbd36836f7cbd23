import type { Message } from '../../shared/protocol/message.ts'
import type { AgentChoice } from '../../shared/protocol/agent.ts'
import { LIMITS } from '../../shared/attachments.ts'
import { wellFormed } from '../../shared/wellFormed.ts'
import { refusal } from '../errors/problems.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { DatabaseTransaction } from '../storage/database/database.ts'
import { getMessageAttachments } from '../storage/rows/attachmentRows.ts'
import { recountMedia } from '../storage/rows/mediaCount.ts'
import type { StoredBlock } from '../storage/rows/messageInsert.ts'
import { mirrorFirstAttachment } from '../storage/rows/messageRows.ts'
import { withChoice } from '../storage/usage/usageRows.ts'
import { findWaiting } from '../storage/rows/waitingMessages.ts'

interface Edit extends AgentChoice { text?: string, attachmentIds?: readonly string[] }

/** The message as it is then, and the places of bytes that may have lost their last reference. @throws a problem where nothing would be left of it */
export async function editWaiting(trx: DatabaseTransaction, session: SessionKey, messageId: string, { text: given, attachmentIds, ...choice }: Edit): Promise<{ message: Message, freed: string[] }> {
  const row = await findWaiting(trx, session, messageId)
  const own = await getMessageAttachments(trx, session.tenant, messageId)
  const kept = attachmentIds ?? own.map(({ id }) => id)
  const text = given === undefined ? row.text : wellFormed(given)
  refuseUnfit(text, kept, own.map(({ id }) => id))
  const gone = own.filter(({ id }) => !kept.includes(id))
  for (const { id } of gone)
    await trx.deleteFrom('attachments').where('id', '=', id).execute()
  for (const [i, id] of kept.entries()) // out of each other's way first: their places are unique
    await trx.updateTable('attachments').set({ ordinal: own.length + i + 1000 }).where('id', '=', id).execute()
  for (const [i, id] of kept.entries())
    await trx.updateTable('attachments').set({ ordinal: i }).where('id', '=', id).execute()
  await trx.updateTable('messages').set({ text, ...withChoice(row, choice), content: JSON.stringify(blocksOf(row.content, kept, text)) }).where('id', '=', messageId).execute()
  await recountMedia(trx, [session])
  const message = await mirrorFirstAttachment(trx, messageId)
  if (!message)
    throw new Error('a message was not read again')
  return { message, freed: gone.map(({ storage_path }) => storage_path) }
}

function refuseUnfit(text: string, kept: readonly string[], own: readonly string[]) {
  if (kept.some(id => !own.includes(id)) || new Set(kept).size < kept.length)
    throw refusal(422, 'not_attached', 'One of these attachments does not belong to the message.')
  if (text.trim() === '' && !kept.length)
    throw refusal(400, 'empty_message', 'The message would be empty: it would have neither text nor attachments.')
  if (Buffer.byteLength(text) > LIMITS.messageTextBytes)
    throw refusal(413, 'text_too_large', 'The text is too long for a message. Send it as a text file instead.')
}

/** Kinds as they stood, each in the order of the ids; then the text, where there is something to read in it. */
function blocksOf(content: string, kept: readonly string[], text: string): StoredBlock[] {
  const files = (JSON.parse(content) as StoredBlock[]).filter(block => block.type !== 'text')
  const kinds = [...new Set(files.map(({ type }) => type))]
  const ordered = kinds.flatMap(kind => kept.flatMap(id => files.filter(block => block.type === kind && block.attachmentId === id)))
  return [...ordered, ...text.trim() ? [{ type: 'text', text } as const] : []]
}
