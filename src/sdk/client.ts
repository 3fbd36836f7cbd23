import type { AgentOffer } from '../shared/protocol/agent.ts'
import type { Attachment } from '../shared/protocol/attachment.ts'
import type { AttachmentsPage, CreateSession, MessageAttachments, MessagesPage, SessionsPage, ShownTools, SignedLink, Upload } from '../shared/protocol/rest.ts'
import type { SearchPage } from '../shared/protocol/search.ts'
import type { Session } from '../shared/protocol/session.ts'
import { uuid } from '../shared/uuid.ts'
import type { AttachmentInput } from './attachmentInput.ts'
import { conversationCalls, type Abortable } from './conversation.ts'
import { createConnection, type ConnectionOptions } from './connection.ts'
import { messageRequest, type SendOptions } from './messageRequest.ts'
import type { StreamedEvent } from './streamedEvent.ts'
import { streamTurn } from './turnStream.ts'
import { uploadFile, type UploadOptions } from './upload.ts'

/** First and last byte, both included; without `end` up to the last one. */
export interface DownloadRange { start: number, end?: number }

export type SatchelClient = ReturnType<typeof createSatchelClient>

/**
 * A client of Satchel's REST API, for scripts and pages. Every call rejects with a `SatchelError` when it is
 * refused, and with the signal's own reason when it was given up.
 *
 * What passes (408, 429, 5xx, a lost connection) is tried again, as long after as the server asks for. A send is
 * tried under one idempotency key, so that it is stored and answered once; an upload, which has none, is not.
 */
export function createSatchelClient(options: ConnectionOptions) {
  const connection = createConnection(options)
  const { get, post } = connection
  const session = (id: string) => `/api/sessions/${encodeURIComponent(id)}`
  const attachment = (id: string) => `/api/attachments/${encodeURIComponent(id)}`

  return {
    ...conversationCalls(connection),

    /** Who answers: its models and efforts, its tools and commands, and what an answer may cost. */
    getAgent({ signal }: Abortable = {}): Promise<AgentOffer> {
      return get('/api/agent', { signal })
    },

    /** Ends all sign-ins and sockets of the key's account, in all browsers. The key itself stays good. */
    async signOutEverywhere({ signal }: Abortable = {}): Promise<void> {
      await connection.request('/api/sign-out-everywhere', { method: 'POST', signal })
    },

    /** The same id again is the same session. */
    createSession({ id = uuid(), ...rest }: CreateSession & Abortable = {}): Promise<Session> {
      const { signal, ...body } = rest
      return post('/api/sessions', { id, ...body }, { signal })
    },

    /** The newest first. `cursor` is the `nextCursor` of the page before. */
    listSessions({ signal, ...query }: { projectId?: string, cursor?: string, limit?: number } & Abortable = {}): Promise<SessionsPage> {
      return get('/api/sessions', { query, signal })
    },

    /** Finds titles, messages, names of files and texts in them; the newest first. `cursor` is the `nextCursor` of the page before. */
    search(query: string, { signal, ...more }: { cursor?: string, limit?: number } & Abortable = {}): Promise<SearchPage> {
      return get('/api/search', { query: { q: query, ...more }, signal })
    },

    getSession(sessionId: string, { signal }: Abortable = {}): Promise<Session> {
      return get(session(sessionId), { signal })
    },

    /**
     * Resolves with the server's answer, 202 and `{ message }`, when the message is stored; the agent answers afterwards.
     * Without an idempotency key it gets one of its own. The same key again is the same message, for its user and its session; where that was
     * cancelled, replaced or deleted it is refused with 410 (`message_removed`), and with 422 where it was another one.
     */
    sendMessage(sessionId: string, content: string, options: SendOptions = {}): Promise<Response> {
      return connection.request(session(sessionId) + '/messages', messageRequest(content, options, 'application/json'))
    },

    /**
     * Sends, then tells the agent's turn while it goes on; ends with it. A connection that is lost in between is
     * taken up where it was. Leaving the loop does not stop the agent.
     */
    streamMessage(sessionId: string, content: string, options: SendOptions = {}): AsyncGenerator<StreamedEvent, void, undefined> {
      return streamTurn(connection, session(sessionId) + '/messages', content, options)
    },

    /**
     * The newest page, oldest message first; `before` and `after` take a message's sequence, `limit` 1 to 100. `tools: 'folded'`
     * leaves out what tools that are done were given and returned, where it is more than a few words: `getPart` gives it.
     */
    listMessages(sessionId: string, { signal, ...query }: { limit?: number, before?: number, after?: number, tools?: ShownTools } & Abortable = {}): Promise<MessagesPage> {
      return get(session(sessionId) + '/messages', { query, signal })
    },

    async listMessageAttachments(sessionId: string, messageId: string, { signal }: Abortable = {}): Promise<Attachment[]> {
      const path = `${session(sessionId)}/messages/${encodeURIComponent(messageId)}/attachments`
      return (await get<MessageAttachments>(path, { signal })).attachments
    },

    /** Everything that was attached in a session. `cursor` is the `nextCursor` of the page before. */
    listAttachments(sessionId: string, { signal, ...query }: { cursor?: string, limit?: number } & Abortable = {}): Promise<AttachmentsPage> {
      return get(session(sessionId) + '/attachments', { query, signal })
    },

    /** For `uploadIds` of a later message; images and PDFs. Kept for a day if no message claims it. */
    uploadAttachment(file: AttachmentInput, options: UploadOptions = {}): Promise<Upload> {
      return uploadFile(connection, file, options)
    },

    /** The bytes, or the part of them in `range`: 206 then. */
    downloadAttachment(attachmentId: string, { range, signal }: { range?: DownloadRange } & Abortable = {}): Promise<Response> {
      const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {}
      return connection.request(attachment(attachmentId), { headers, signal })
    },

    /** An address that gives the bytes without a key, for a while: a minute where nothing is said. */
    async getAttachmentUrl(attachmentId: string, { expiresIn, download, signal }: { expiresIn?: number, download?: boolean } & Abortable = {}): Promise<string> {
      const { url } = await post<SignedLink>(attachment(attachmentId) + '/url', { expiresIn, download }, { signal })
      return connection.addressOf(url)
    },

    async deleteAttachment(attachmentId: string, { signal }: Abortable = {}): Promise<void> {
      await connection.request(attachment(attachmentId), { method: 'DELETE', signal, isDoneWhen: 404 })
    },
  }
}
