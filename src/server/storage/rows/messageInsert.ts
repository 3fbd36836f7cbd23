import { randomUUID } from 'node:crypto'
import { required } from '../../../shared/required.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import type { Author, Message } from '../../../shared/protocol/message.ts'
import type { InspectedAttachment } from '../../inspection/inspection.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import { saveAttachment } from './attachmentRows.ts'
import type { AttachmentRow, Database, DatabaseTransaction, MessageRow, SessionRow } from '../database/database.ts'
import { beginBranch, takeParent } from './branches.ts'
import { refuseDeleted } from './deletedSessions.ts'
import { replaceWaiting } from './waitingMessages.ts'
import { addMedia } from './mediaCount.ts'
import { attachmentUrl, toMessage, toMessages } from './messageRows.ts'
import { takeChoice } from '../usage/usageRows.ts'
import { claimUploads, refuseGone, refuseUnfree } from './uploadRows.ts'

/** A message's blocks as they are stored: what the agent gets, in its order, with files named by id. */
export type StoredBlock =
  | { type: InspectedAttachment['kind'], attachmentId: string }
  /** The message's own text; rows from before hold it here, too. */
  | { type: 'text', text?: string }

/** Its bytes are in the blob store. */
export type StoredAttachment = InspectedAttachment & { id: string, storagePath: string }

export interface NewUserMessage {
  session: SessionKey
  /** Who sent it. */
  user: string
  /** As the others of the tenant see who sent it. */
  author?: Author | null
  clientMessageId: string
  /** For a session that this message creates. */
  projectId: string
  /** For a session that has none yet. */
  title: string | null
  text: string
  bodySha256: string
  attachments: readonly StoredAttachment[]
  /** The message it stands for: in its place where that still waits, otherwise as another version. */
  replaces?: { id: string, isWaiting: boolean }
  /** The agent's folder is put back as it was there. */
  restoresFiles?: boolean
  /** Who is to answer it; as the session's last, where nothing is said. */
  choice?: AgentChoice
}

/** The session if it is new, the message and its attachments: all of it or nothing. @param verify throws where they must not be there */
export function insertUserMessage(database: Database, message: NewUserMessage, verify?: (trx: DatabaseTransaction) => Promise<void>): Promise<Message> {
  const { tenant, id: sessionId } = message.session
  return database.transaction().execute(async (trx) => {
    const createdAt = new Date().toISOString()
    await refuseDeleted(trx, message.session)
    await trx.insertInto('sessions')
      .values({ tenant_id: tenant, id: sessionId, project_id: message.projectId, title: message.title, created_at: createdAt, updated_at: createdAt })
      .onConflict(conflict => conflict.columns(['tenant_id', 'id']).doNothing())
      .execute()
    await refuseGone(trx, tenant, message.attachments)
    if (message.replaces && !message.replaces.isWaiting)
      await beginBranch(trx, message.session, message.replaces.id)
    const id = randomUUID()
    const session = await takeSequence(trx, message.session, createdAt)
    const place = message.replaces?.isWaiting
      ? await replaceWaiting(trx, message.session, message.replaces.id, id)
      : { sequence: session.last_sequence, parent_id: await takeParent(trx, message.session, id), editing: null }
    await refuseUnfree(trx, tenant, message.attachments)
    await addMedia(trx, message.session, message.attachments)
    if (session.title === null && message.title !== null)
      await trx.updateTable('sessions').set({ title: message.title }).where('tenant_id', '=', tenant).where('id', '=', sessionId).execute()

    const row = rowOf(message, { id, ...place, ...await takeChoice(trx, session, message.choice) }, createdAt)
    await trx.insertInto('messages').values(row).execute()

    const attachments: AttachmentRow[] = []
    for (const attachment of message.attachments)
      attachments.push(await saveAttachment(trx, tenant, row.id, attachment))
    await claimUploads(trx, tenant, message.attachments)
    await verify?.(trx)
    return message.replaces ? required((await toMessages(trx, [row]))[0], 'the message that was just stored') : toMessage(row, attachments)
  })
}

function rowOf(message: NewUserMessage, place: Pick<MessageRow, 'id' | 'sequence' | 'parent_id' | 'editing' | 'model' | 'effort'>, createdAt: string): MessageRow {
  return {
    ...place,
    off_branch: 0,
    agent_token: null,
    steered_into: null,
    restores_files: message.restoresFiles && message.replaces ? 1 : 0,
    usage: null,
    tenant_id: message.session.tenant,
    user_id: message.user,
    author_id: message.author?.id ?? null,
    author_name: message.author?.name ?? null,
    session_id: message.session.id,
    role: 'user',
    status: 'accepted',
    text: message.text,
    content: JSON.stringify(blocksOf(message)),
    client_message_id: message.clientMessageId,
    body_sha256: message.bodySha256,
    reply_to: null,
    problem: null,
    created_at: createdAt,
    ...firstAttachment(message.attachments),
  }
}

/** The message's own columns name its first attachment, or none. */
const firstAttachment = ([first]: readonly StoredAttachment[]) => first
  ? { attachment_url: attachmentUrl(first.id), attachment_type: first.mimeType, attachment_name: first.filename }
  : { attachment_url: null, attachment_type: null, attachment_name: null }

/** Must run inside the transaction that inserts the message: an increment that is rolled back leaves no gap. */
export function takeSequence(trx: DatabaseTransaction, session: SessionKey, now: string): Promise<SessionRow> {
  return trx.updateTable('sessions')
    .set(({ eb }) => ({ last_sequence: eb('last_sequence', '+', 1), updated_at: now }))
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export const sessionOf = ({ tenant_id, session_id }: MessageRow): SessionKey => ({ tenant: tenant_id, id: session_id })

/** Files in the order that the person gave them, then the text, which is left out if there is nothing to read in it. */
function blocksOf({ text, attachments }: NewUserMessage): StoredBlock[] {
  const files = attachments.map(({ id, kind }): StoredBlock => ({ type: kind, attachmentId: id }))
  return [...files, ...text.trim() ? [{ type: 'text' } as const] : []]
}
