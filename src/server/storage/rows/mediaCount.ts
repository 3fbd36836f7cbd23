import { sql } from 'kysely'
import { IMAGE_TYPES, LIMITS, PDF_TYPE } from '../../../shared/attachments.ts'
import type { InspectedAttachment } from '../../inspection/inspection.ts'
import { refusal } from '../../errors/problems.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { DatabaseTransaction } from '../database/database.ts'

/** Images, and pages of PDFs: what Claude counts over a whole conversation. A PDF that is only named is no part of it. */
const mediaOf = ({ kind, pages, size }: InspectedAttachment) => kind === 'image' ? 1 : size > LIMITS.fileBytes ? 0 : pages ?? 0

/** Must run inside the transaction that inserts the message, after it took its sequence: sends at the same moment wait for each other there. */
export async function addMedia(trx: DatabaseTransaction, session: SessionKey, attachments: readonly InspectedAttachment[]) {
  const added = attachments.reduce((sum, attachment) => sum + mediaOf(attachment), 0)
  if (added === 0)
    return
  const { media_count: total } = await trx.updateTable('sessions')
    .set(({ eb }) => ({ media_count: eb('media_count', '+', added) }))
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
    .returning('media_count')
    .executeTakeFirstOrThrow()
  if (total > LIMITS.mediaPerConversation)
    throw refusal(413, 'too_much_media', tooMuch(added, total - added))
}

function tooMuch(added: number, held: number) {
  const room = Math.max(0, LIMITS.mediaPerConversation - held)
  const there = `The message has ${added} ${added === 1 ? 'image or PDF page' : 'images and PDF pages'}`
  const limit = `and Claude takes ${LIMITS.mediaPerConversation} in one conversation.`
  if (held === 0)
    return `${there}, ${limit} Remove ${added - room}, or send them in a second session.`
  const way = room > 0 ? `Remove ${added - room}, or begin a new session.` : 'Remove them, or begin a new session.'
  return `${there}, this conversation holds ${held} already, ${limit} ${way}`
}

/** Anew from the rows: what was asked and failed is no part of the agent's conversation. */
export async function recountMedia(trx: DatabaseTransaction, sessions: readonly SessionKey[]) {
  for (const { tenant, id } of sessions) {
    await trx.updateTable('sessions')
      .set(({ selectFrom }) => ({
        media_count: selectFrom('attachments').innerJoin('messages', 'messages.id', 'attachments.message_id')
          .where('messages.tenant_id', '=', tenant).where('messages.session_id', '=', id).where('messages.role', '=', 'user').where('messages.off_branch', '=', 0).where('messages.status', '<>', 'failed')
          .select(sql<number>`coalesce(sum(case when mime_type in (${sql.join(IMAGE_TYPES)}) then 1 when mime_type = ${PDF_TYPE} and size <= ${LIMITS.fileBytes} then coalesce(pages, 1) else 0 end), 0)`.as('count'))
          .$asScalar(),
      }))
      .where('tenant_id', '=', tenant).where('id', '=', id)
      .execute()
  }
}
