import type { SeenImage } from '../../../shared/images/seen.ts'
import type { Message } from '../../../shared/protocol/message.ts'
import { refusal } from '../../errors/problems.ts'
import { placeOfBytes } from './blobReferences.ts'
import type { AttachmentRow, Database, DatabaseTransaction } from '../database/database.ts'
import { mirrorFirstAttachment } from './messageRows.ts'
import { required } from '../../../shared/required.ts'

/** Its bytes are in the blob store. */
export interface NewAttachment {
  id: string
  filename: string
  mimeType: string
  /** Bytes. */
  size: number
  /** Hex. */
  sha256: string
  width: number | null
  height: number | null
  pages: number | null
  /** What the person says of it. */
  caption?: string
  /** Of an image. */
  seen?: Pick<SeenImage, 'animated' | 'hidesStill' | 'sideways'>
  /** Where they were put; the row names another place if the tenant has the same bytes already. */
  storagePath: string
  /** Where the agent put it, as it may be shown; what is no file of its folder has none. */
  agentPath?: string
  /** Who made it; what has a path was made by the agent. */
  origin?: AttachmentRow['origin']
}

/** After the message's other attachments. @throws a 404 if the tenant has no such message */
export async function saveAttachment(trx: DatabaseTransaction, tenant: string, messageId: string, attachment: NewAttachment): Promise<AttachmentRow> {
  const message = await trx.selectFrom('messages').select(['session_id', 'created_at', 'attachment_url'])
    .where('tenant_id', '=', tenant).where('id', '=', messageId)
    .executeTakeFirst()
  if (!message)
    throw refusal(404, 'not_found', 'There is no such message.')
  const { last } = await trx.selectFrom('attachments').select(({ fn }) => fn.max('ordinal').as('last'))
    .where('message_id', '=', messageId)
    .executeTakeFirstOrThrow()
  const row: AttachmentRow = {
    id: attachment.id,
    tenant_id: tenant,
    message_id: messageId,
    session_id: message.session_id,
    ordinal: last === null ? 0 : Number(last) + 1,
    filename: attachment.filename,
    mime_type: attachment.mimeType,
    size: attachment.size,
    sha256: attachment.sha256,
    width: attachment.width,
    height: attachment.height,
    pages: attachment.pages,
    ...seenColumns(attachment.seen),
    storage_path: await placeOfBytes(trx, tenant, attachment),
    workspace_path: null,
    origin: attachment.origin ?? (attachment.agentPath === undefined ? 'person' : 'agent'),
    path: attachment.agentPath ?? null,
    caption: attachment.caption ?? null,
    receipt: null,
    created_at: message.created_at,
  }
  await trx.insertInto('attachments').values(row).execute()
  if (message.attachment_url === null)
    await mirrorFirstAttachment(trx, messageId)
  return row
}

const seenColumns = (seen: NewAttachment['seen']) => ({
  animated: seen ? Number(seen.animated) : null,
  hides_still: seen ? Number(seen.hidesStill) : null,
  sideways: seen ? Number(seen.sideways) : null,
})

/** For one that was stored before anybody looked at how it is seen. */
export async function saveSeen(database: Database, id: string, { width, height, ...seen }: SeenImage): Promise<void> {
  await database.updateTable('attachments').set({ width, height, ...seenColumns(seen) }).where('id', '=', id).execute()
}

export function getAttachment(database: Database | DatabaseTransaction, tenant: string, id: string): Promise<AttachmentRow | undefined> {
  return database.selectFrom('attachments').selectAll()
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .executeTakeFirst()
}

/** In the person's order; none of a message of another tenant. */
export function getMessageAttachments(database: Database | DatabaseTransaction, tenant: string, messageId: string): Promise<AttachmentRow[]> {
  return database.selectFrom('attachments').selectAll()
    .where('tenant_id', '=', tenant).where('message_id', '=', messageId)
    .orderBy('ordinal')
    .execute()
}

/** The message as it is without it, and where the bytes are that may have lost their last reference. Undefined if there is none. */
export async function deleteAttachment(trx: DatabaseTransaction, tenant: string, id: string): Promise<{ message: Message, storagePath: string } | undefined> {
  const row = await trx.deleteFrom('attachments')
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .returning(['message_id', 'storage_path'])
    .executeTakeFirst()
  return row && { message: required(await mirrorFirstAttachment(trx, row.message_id), 'the message of an attachment'), storagePath: row.storage_path }
}
