import type { FastifyBaseLogger } from 'fastify'
import { seenImage } from '../../shared/images/seen.ts'
import type { Attachment } from '../../shared/protocol/attachment.ts'
import type { AttachmentsPage } from '../../shared/protocol/rest.ts'
import type { Events } from '../events/events.ts'
import { refusal } from '../errors/problems.ts'
import type { Routes } from '../machines/calls/routes.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { getAttachment, saveSeen } from '../storage/rows/attachmentRows.ts'
import { AttachmentStorage, noSuchAttachment } from '../storage/rows/attachmentStorage.ts'
import { deleteUnreferenced } from '../storage/rows/blobReferences.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { AttachmentRow, Database, UploadRow } from '../storage/database/database.ts'
import { toAttachment, toMessages } from '../storage/rows/messageRows.ts'
import { required } from '../../shared/required.ts'

/** What can be downloaded under an id: an attachment, or an upload that is not one yet. */
export type StoredFile = Pick<AttachmentRow, 'id' | 'filename' | 'mime_type' | 'size' | 'sha256' | 'storage_path'>

export type Attachments = ReturnType<typeof createAttachments>

export function createAttachments({ database, blobs, sessions, events, routes, log }: {
  database: Database
  blobs: BlobStore
  sessions: Sessions
  events: Events
  routes: Routes
  log: FastifyBaseLogger
}) {
  const findUpload = (tenant: string, id: string): Promise<UploadRow | undefined> => database.selectFrom('uploads').selectAll()
    .where('tenant_id', '=', tenant).where('id', '=', id).where('attachment_id', 'is', null)
    .where('expires_at', '>', new Date().toISOString())
    .executeTakeFirst()

  async function find(tenant: string, id: string): Promise<StoredFile> {
    const file = await getAttachment(database, tenant, id) ?? await findUpload(tenant, id)
    if (!file)
      throw noSuchAttachment()
    return file
  }

  const removeAttached = routes.route('removeAttachment', async (session, id: string) => {
    await events.open(session)
    const message = await new AttachmentStorage({ database, blobs, log }, session.tenant).delete(id)
    events.emit(session.tenant, { type: 'message_updated', session_id: message.sessionId, message })
  })

  return {
    find,

    /** @throws a 404, also for what is no PNG */
    async findPng(tenant: string, id: string): Promise<AttachmentRow> {
      const file = await getAttachment(database, tenant, id)
      if (file?.mime_type !== 'image/png')
        throw noSuchAttachment()
      return file
    },

    /** How an image is seen that was stored before anybody looked. */
    async remember({ id, animated }: AttachmentRow, bytes: Uint8Array): Promise<void> {
      const seen = animated === null && seenImage(bytes, 'image/png')
      if (seen)
        await saveSeen(database, id, seen)
    },

    /** Of any tenant: whoever signed the link could see it. */
    async findSigned(id: string): Promise<StoredFile> {
      const row = await database.selectFrom('attachments').select('tenant_id').where('id', '=', id).executeTakeFirst()
        ?? await database.selectFrom('uploads').select('tenant_id').where('id', '=', id).executeTakeFirst()
      if (!row)
        throw noSuchAttachment()
      return find(row.tenant_id, id)
    },

    /** All of a session's, in the order of its messages. */
    async listOfSession(session: SessionKey, { cursor, limit }: { cursor?: string, limit: number }): Promise<AttachmentsPage> {
      await sessions.get(session)
      let query = database.selectFrom('attachments')
        .innerJoin('messages', 'messages.id', 'attachments.message_id')
        .selectAll('attachments').select('messages.sequence')
        .where('attachments.tenant_id', '=', session.tenant).where('attachments.session_id', '=', session.id)
        .orderBy('messages.sequence').orderBy('attachments.ordinal')
        .limit(limit + 1)
      if (cursor !== undefined) {
        const { sequence, ordinal } = readCursor(cursor)
        query = query.where(({ eb, and, or }) =>
          or([eb('messages.sequence', '>', sequence), and([eb('messages.sequence', '=', sequence), eb('attachments.ordinal', '>', ordinal)])]))
      }
      const rows = await query.execute()
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return { attachments: page.map(toAttachment), nextCursor: last && rows.length > limit ? `${last.sequence}-${last.ordinal}` : null }
    },

    async listOfMessage(session: SessionKey, messageId: string): Promise<Attachment[]> {
      const row = await database.selectFrom('messages').selectAll()
        .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('id', '=', messageId)
        .executeTakeFirst()
      if (!row)
        throw refusal(404, 'not_found', 'There is no such message.')
      const [message] = await toMessages(database, [row])
      return required(message, 'the message of its row').attachments
    },

    /** The message shows what is left; what the agent has already seen it has seen. */
    async remove(tenant: string, id: string): Promise<void> {
      const attachment = await getAttachment(database, tenant, id)
      if (attachment)
        return removeAttached({ tenant, id: attachment.session_id }, id)
      const { storage_path } = await find(tenant, id)
      await database.deleteFrom('uploads').where('tenant_id', '=', tenant).where('id', '=', id).execute()
      await deleteUnreferenced(database, blobs, [storage_path])
    },
  }
}

function readCursor(cursor: string) {
  const [, sequence, ordinal] = /^(\d{1,15})-(\d{1,6})$/.exec(cursor) ?? []
  if (sequence === undefined)
    throw refusal(400, 'invalid_request', 'The cursor is not one that this server gave.')
  return { sequence: Number(sequence), ordinal: Number(ordinal) }
}
