import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Message } from '../../shared/protocol/message.ts'
import type { InspectedAttachment } from '../inspection/inspection.ts'
import type { Quota } from '../attachments/quota.ts'
import { refusal } from '../errors/problems.ts'
import { Undecided } from '../errors/undecided.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import { refuseRemoved } from '../storage/keys/removedKeys.ts'
import { tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import { newBlobKey, type BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { wellFormed } from '../../shared/wellFormed.ts'
import { insertUserMessage, type NewUserMessage, type StoredAttachment, type StoredBlock } from '../storage/rows/messageInsert.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { required } from '../../shared/required.ts'

/** Blobs of one message that are written side by side. */
const WRITES_AT_ONCE = 4

/** A message that was checked, whose bytes are still in memory, or in the store where they were uploaded before. */
export type CheckedMessage = Omit<NewUserMessage, 'attachments'> & { attachments: readonly InspectedAttachment[] }

/** Its bytes are in the store, and it can be told to another machine. */
export type StoredMessage = Omit<NewUserMessage, 'replaces'>

/** A message as it was sent, before any of it was looked up. */
interface SentParts { text: string, attachments: readonly unknown[], uploadIds?: readonly string[], attachmentIds?: readonly string[] }

/** Under which key it comes, and whose key that is. */
interface Sender { session: SessionKey, user: string, clientMessageId: string }

/** Puts messages where a power cut does not reach them: their bytes, then their rows. */
export function createMessageStore({ database, blobs, quota, log }: { database: Database, blobs: BlobStore, quota: Quota, log: FastifyBaseLogger }) {
  /** What came under the key before. @throws a 410 where that was removed, a 422 where another user sent it */
  async function find({ session, user, clientMessageId }: Sender) {
    const row = await database.selectFrom('messages').selectAll()
      .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('client_message_id', '=', clientMessageId)
      .executeTakeFirst()
    if (!row)
      await refuseRemoved(database, session, clientMessageId)
    else if (row.user_id !== null && row.user_id !== user)
      throw anotherMessage()
    return row
  }

  return {
    /** The message that came under this id before. @throws a problem if it was another one */
    async findSame({ bodySha256, ...sender }: Sender & { bodySha256: string }): Promise<Message | undefined> {
      const row = await find(sender)
      if (row && row.body_sha256 !== bodySha256)
        throw anotherMessage()
      return row && (await toMessages(database, [row]))[0]
    },

    /**
     * As `findSame`, where files that it names by their ids are not there to be compared: what was made of them is known
     * by the text, by how many files there were, and by the uploads' ids in their order.
     */
    async findSameByIds(sender: Sender, { text, attachments, uploadIds = [], attachmentIds = [] }: SentParts): Promise<Message | undefined> {
      const row = await find(sender)
      if (!row)
        return undefined
      const ids = (JSON.parse(row.content) as StoredBlock[]).flatMap(block => block.type === 'text' ? [] : [block.attachmentId])
      const isSame = row.text === wellFormed(text) && ids.length === attachments.length + uploadIds.length + attachmentIds.length
        && ids.filter(id => uploadIds.includes(id)).join() === uploadIds.join()
      return isSame ? (await toMessages(database, [row]))[0] : Promise.reject(anotherMessage())
    },

    /**
     * Puts the bytes where they stay, for work that stores the rows. A crash in between leaves at worst bytes that no row
     * mentions, never a history with holes.
     */
    async put<Result>(message: CheckedMessage, work: (stored: StoredMessage) => Promise<Result>): Promise<Result> {
      const { tenant } = message.session
      const attachments = message.attachments.map(attachment => withPlace(attachment, tenant))
      const unstored = attachments.filter(({ upload, reference }) => !upload && !reference)
      await quota.require(tenant, attachments.reduce((sum, { size, upload }) => sum + (upload ? 0 : size), Buffer.byteLength(message.text)))
      let isDecided = true
      try {
        await inBatches(unstored, ({ storagePath, bytes }) => blobs.put(storagePath, required(bytes, 'bytes that were not uploaded before')))
        return await work({ ...message, attachments: attachments.map(({ bytes: _, ...attachment }) => attachment) })
      }
      catch (error) {
        isDecided = !(error instanceof Undecided) // rows may come that refer to the bytes; if none do, they are removed a day later
        throw error
      }
      finally {
        // Of a message that was not saved, or bytes that were there already.
        if (isDecided)
          await tidyUnreferenced({ database, blobs, log }, unstored.map(({ storagePath }) => storagePath))
      }
    },

    /** The rows of a message whose bytes are put. */
    insert: (message: StoredMessage & Pick<NewUserMessage, 'replaces'>): Promise<Message> =>
      insertUserMessage(database, message, trx => quota.verify(trx, message.session.tenant)),
  }
}

const anotherMessage = () => refusal(422, 'idempotency_mismatch', 'Another message was already sent under this id.')

/** The id that whoever sent it knows it by: every person's message has one, made by the server where need be. */
export const sentId = ({ clientMessageId }: Message): string => required(clientMessageId, 'the id under which a message was sent')

/** An upload keeps its id, and so its address; its bytes stay where they are. */
function withPlace(attachment: InspectedAttachment, tenant: string): StoredAttachment {
  const id = attachment.upload?.id ?? randomUUID()
  return { ...attachment, id, storagePath: attachment.upload?.storagePath ?? attachment.reference?.storagePath ?? newBlobKey(tenant) }
}

/** Every item of a batch has come to its end before an error is thrown, so that what it left can be removed. */
async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  for (let start = 0; start < items.length; start += WRITES_AT_ONCE) {
    const results = await Promise.allSettled(items.slice(start, start + WRITES_AT_ONCE).map(work))
    const failed = results.find(result => result.status === 'rejected')
    if (failed)
      throw failed.reason
  }
}
