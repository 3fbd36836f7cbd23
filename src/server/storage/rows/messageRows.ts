import type { Attachment, Receipt } from '../../../shared/protocol/attachment.ts'
import type { Message, MessageBranch } from '../../../shared/protocol/message.ts'
import type { Problem } from '../../../shared/protocol/problem.ts'
import type { ShownTools } from '../../../shared/protocol/rest.ts'
import type { AttachmentRow, Database, DatabaseTransaction, MessageRow, PartRow } from '../database/database.ts'
import { ALONE, readBranches } from './branches.ts'
import { readEditing } from '../editing/editingRows.ts'
import { readUsage } from '../usage/usageRows.ts'
import { groupByMessage } from './groupByMessage.ts'
import { readPartRows, toParts } from './partRows.ts'

/** SQLite takes 32,766 parameters in one statement; a page asks for 100. */
const IDS_AT_ONCE = 1000

export const attachmentUrl = (id: string) => `/api/attachments/${id}`

const stillUrl = (id: string) => `${attachmentUrl(id)}/still`

/** A PNG of before, at which nobody has looked, may. */
const mayHideStill = ({ mime_type, hides_still }: AttachmentRow) => mime_type === 'image/png' && hides_still !== 0

const toBoolean = (stored: number | null) => stored === null ? null : stored === 1

export function toAttachment(row: AttachmentRow): Attachment {
  return {
    id: row.id,
    messageId: row.message_id,
    createdAt: row.created_at,
    filename: row.filename,
    mimeType: row.mime_type,
    size: row.size,
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    pages: row.pages,
    animated: toBoolean(row.animated),
    sideways: toBoolean(row.sideways),
    url: attachmentUrl(row.id),
    stillUrl: mayHideStill(row) ? stillUrl(row.id) : null,
    origin: row.origin,
    path: row.path,
    caption: row.caption,
    receipt: row.receipt === null ? null : JSON.parse(row.receipt) as Receipt,
  }
}

export function toMessage(row: MessageRow, attachments: readonly AttachmentRow[] = [], parts: readonly PartRow[] = [], branch: MessageBranch = ALONE, tools?: ShownTools): Message {
  return {
    id: row.id,
    clientMessageId: row.client_message_id,
    replyTo: row.reply_to,
    sessionId: row.session_id,
    role: row.role,
    author: row.author_id !== null && row.author_name !== null ? { id: row.author_id, name: row.author_name } : null,
    sequence: row.sequence,
    status: row.status,
    text: row.text,
    parts: toParts(row.text, parts, tools),
    model: row.model,
    effort: row.effort,
    usage: readUsage(row.usage),
    createdAt: row.created_at,
    attachments: attachments.map(toAttachment),
    branch,
    ...row.steered_into !== null && { addedTo: row.steered_into },
    editing: readEditing(row),
    problem: row.problem === null ? null : JSON.parse(row.problem) as Problem,
    attachmentUrl: row.attachment_url,
    attachmentType: row.attachment_type,
    attachmentName: row.attachment_name,
  }
}

/** The rows' messages in the same order, with all their attachments and parts read at once. */
export async function toMessages(db: Database | DatabaseTransaction, rows: readonly MessageRow[], tools?: ShownTools): Promise<Message[]> {
  const messages: Message[] = []
  for (let start = 0; start < rows.length; start += IDS_AT_ONCE) {
    const some = rows.slice(start, start + IDS_AT_ONCE)
    const attachments = await readAttachmentRows(db, some.map(({ id }) => id))
    const parts = await readPartRows(db, some.filter(({ role }) => role === 'assistant').map(({ id }) => id))
    const branchOf = await readBranches(db, some)
    messages.push(...some.map(row => toMessage(row, attachments.get(row.id), parts.get(row.id), branchOf(row), tools)))
  }
  return messages
}

async function readAttachmentRows(db: Database | DatabaseTransaction, messageIds: readonly string[]) {
  const rows = await db.selectFrom('attachments').selectAll()
    .where('message_id', 'in', messageIds)
    .orderBy('message_id').orderBy('ordinal')
    .execute()
  return groupByMessage(rows)
}

/** The message's own columns name its first attachment, or none. Returns it as it is then; undefined if it is gone. */
export async function mirrorFirstAttachment(trx: DatabaseTransaction, messageId: string): Promise<Message | undefined> {
  const first = await trx.selectFrom('attachments').selectAll().where('message_id', '=', messageId).orderBy('ordinal').executeTakeFirst()
  const row = await trx.updateTable('messages')
    .set({
      attachment_url: first ? attachmentUrl(first.id) : null,
      attachment_type: first?.mime_type ?? null,
      attachment_name: first?.filename ?? null,
    })
    .where('id', '=', messageId)
    .returningAll()
    .executeTakeFirst()
  return row && (await toMessages(trx, [row]))[0]
}
