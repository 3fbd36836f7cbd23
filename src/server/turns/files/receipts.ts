import { createHash } from 'node:crypto'
import { isImageMimeType } from '../../../shared/attachments.ts'
import { inspectImage } from '../../../shared/images/inspectImage.ts'
import type { Receipt } from '../../../shared/protocol/attachment.ts'
import type { ReceivedFile } from '../../agents/agent.ts'
import type { Events } from '../../events/events.ts'
import type { AttachmentRow, Database, DatabaseTransaction, MessageRow } from '../../storage/database/database.ts'
import { getMessageAttachments } from '../../storage/rows/attachmentRows.ts'
import { sessionOf, type StoredBlock } from '../../storage/rows/messageInsert.ts'
import { toMessages } from '../../storage/rows/messageRows.ts'

type Facts = Omit<Receipt, 'identical'> & { sha256: string }

/** What the agent was given of the files of messages, in their order, by the messages' ids. */
export type Received = ReadonlyMap<string, readonly (Facts | undefined)[]>

export function factsOf({ mimeType, bytes }: ReceivedFile): Facts {
  const picture = isImageMimeType(mimeType) ? inspectImage(bytes, mimeType) : undefined
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mimeType,
    size: bytes.length,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
  }
}

/** Notes beside each file of the turn's messages what the agent was given of it. */
export async function saveReceipts(trx: DatabaseTransaction, { tenant_id }: MessageRow, received: Received): Promise<void> {
  for (const [id, facts] of received) {
    const message = await trx.selectFrom('messages').selectAll().where('tenant_id', '=', tenant_id).where('id', '=', id).executeTakeFirst()
    if (message)
      await saveOne(trx, message, facts)
  }
}

async function saveOne(trx: DatabaseTransaction, message: MessageRow, received: readonly (Facts | undefined)[]) {
  const attachments = inOrder(message, await getMessageAttachments(trx, message.tenant_id, message.id))
  if (attachments.length !== received.length)
    return // one was deleted meanwhile: whose is whose cannot be told
  for (const [i, attachment] of attachments.entries()) {
    const facts = received[i]
    if (facts)
      await trx.updateTable('attachments').set({ receipt: JSON.stringify(receiptOf(attachment, facts)) }).where('id', '=', attachment.id).execute()
  }
}

/** Of a turn that was stopped before they were known, and is complete by now. */
export async function keepLateReceipts(deps: { database: Database, events: Events }, asked: MessageRow, { received }: { received?: Received }): Promise<void> {
  if (!received)
    return
  await deps.database.transaction().execute(trx => saveReceipts(trx, asked, received))
  await tellReceipts(deps, asked, { received })
}

/** Shows them to whoever looks at the messages. */
export async function tellReceipts({ database, events }: { database: Database, events: Events }, asked: MessageRow, { received = new Map() }: { received?: Received }): Promise<void> {
  const ids = Array.from(received).flatMap(([id, files]) => files.some(Boolean) ? [id] : [])
  const rows = ids.length ? await database.selectFrom('messages').selectAll().where('tenant_id', '=', asked.tenant_id).where('id', 'in', ids).execute() : []
  for (const message of await toMessages(database, rows))
    events.emit(asked.tenant_id, { type: 'message_updated', session_id: sessionOf(asked).id, message })
}

/** As the agent got them. */
function inOrder({ content }: MessageRow, attachments: readonly AttachmentRow[]): AttachmentRow[] {
  const byId = new Map(attachments.map(attachment => [attachment.id, attachment]))
  return (JSON.parse(content) as StoredBlock[]).flatMap(block => block.type === 'text' ? [] : byId.get(block.attachmentId) ?? [])
}

const receiptOf = (attachment: AttachmentRow, { sha256, ...facts }: Facts): Receipt => ({ identical: sha256 === attachment.sha256, ...facts })
