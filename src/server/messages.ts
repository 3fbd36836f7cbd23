import { createHash, randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Limits } from '../shared/attachments.ts'
import { DEFAULT_PROJECT, type Message, type SendMessage } from '../shared/protocol.ts'
import { admit, type AdmittedMessage } from './admission.ts'
import type { Events } from './events.ts'
import type { KeyedQueue } from './keyedQueue.ts'
import type { PdfInspector } from './pdf.ts'
import { ProblemError, refusal, storageProblem } from './problems.ts'
import type { Sessions } from './sessions.ts'
import type { BlobStore } from './storage/blobStore.ts'
import { TENANT, type Database } from './storage/database.ts'
import { insertUserMessage } from './storage/messageInsert.ts'
import { withAttachments } from './storage/messageRows.ts'
import { cleanTitle, deriveTitle } from './titles.ts'
import type { Turns } from './turns/turns.ts'

/** Blobs of one message that are written side by side. */
const WRITES_AT_ONCE = 4

export interface Accepted { message: Message, replayed: boolean }

export type Messages = ReturnType<typeof createMessages>

export function createMessages({ database, blobs, pdfs, limits, turns, sessions, events, writes, log }: {
  database: Database
  blobs: BlobStore
  pdfs: PdfInspector
  limits: Limits
  turns: Turns
  sessions: Sessions
  events: Events
  /** By session: what is sent in a row is stored in that row. */
  writes: KeyedQueue
  log: FastifyBaseLogger
}) {
  let closing = false

  async function findAccepted(sessionId: string, clientMessageId: string, body: AdmittedMessage): Promise<Accepted | undefined> {
    const row = await database.selectFrom('messages').selectAll()
      .where('tenant_id', '=', TENANT).where('session_id', '=', sessionId).where('client_message_id', '=', clientMessageId)
      .executeTakeFirst()
    if (!row)
      return undefined
    if (row.body_sha256 !== body.bodySha256)
      throw refusal(422, 'idempotency_mismatch', 'Another message was already sent under this id.')
    const [message] = await withAttachments(database, [row])
    return { message: message!, replayed: true }
  }

  /** Bytes, then rows. A crash in between leaves at worst bytes that no row mentions, never a history with holes. */
  async function store(frame: SendMessage, sessionId: string, clientMessageId: string, body: AdmittedMessage): Promise<Message> {
    const attachments = body.attachments.map(attachment => ({ ...attachment, id: randomUUID() }))
    try {
      await inBatches(attachments, ({ id, bytes }) => blobs.put(id, bytes))
      return await insertUserMessage(database, {
        sessionId,
        clientMessageId,
        projectId: frame.project_id ?? DEFAULT_PROJECT,
        title: cleanTitle(frame.session_title ?? '') || deriveTitle(body.text, attachments[0]?.filename) || null,
        text: body.text,
        bodySha256: body.bodySha256,
        attachments,
      })
    }
    catch (error) {
      const removals = await Promise.allSettled(attachments.map(({ id }) => blobs.delete(id)))
      for (const removal of removals) {
        if (removal.status === 'rejected')
          log.warn(removal.reason, 'bytes of a message that was not saved are left over')
      }
      throw error
    }
  }

  return {
    /**
     * Resolves when the message would survive a power cut. Rejects with a `ProblemError`; nothing is kept then.
     * The same id again is the same message, and the agent is not asked again.
     */
    async accept(frame: SendMessage): Promise<Accepted> {
      const clientMessageId = frame.message_id ?? randomUUID()
      const sessionId = frame.session_id ?? sessionOf(clientMessageId)

      return writes.run(sessionId, async () => {
        if (closing)
          throw refusal(503, 'shutting_down', 'The server is stopping. The message was not saved; send it again in a moment.')
        try {
          const body = await admit(frame, pdfs, limits) // in its turn: a message that is quickly checked must not overtake one that is not
          const known = await findAccepted(sessionId, clientMessageId, body)
          if (known)
            return known
          const message = await store(frame, sessionId, clientMessageId, body)
          // After the reply, so that the sender hears "accepted" before anything that follows from it.
          setImmediate(() => {
            events.emit({ type: 'message_added', session_id: sessionId, message })
            turns.enqueue(sessionId, message.id)
            sessions.announce(sessionId).catch(error => log.error(error, 'a change of a session was not announced'))
          })
          return { message, replayed: false }
        }
        catch (error) {
          if (!(error instanceof ProblemError) || error.cause !== undefined)
            log.error(error, 'message not saved')
          throw new ProblemError(storageProblem(error))
        }
      })
    },

    /** Takes nothing more, and resolves when everything taken is stored. */
    async close() {
      closing = true
      await writes.settled()
    },
  }
}

/** A message without a session makes one, and the same message again must find the same one. */
function sessionOf(clientMessageId: string) {
  const hex = createHash('sha256').update(`session of ${clientMessageId}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
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
