import type { AgentChoice } from '../shared/protocol/agent.ts'
import type { Message } from '../shared/protocol/message.ts'
import type { Part, PartAnswer } from '../shared/protocol/parts.ts'
import type { OnePart, EditMessage, PostedMessage } from '../shared/protocol/rest.ts'
import type { CreatedSharedLink, CreateSharedLink, SharedLink, SharedLinks } from '../shared/protocol/sharedLink.ts'
import type { Session, SessionMarks } from '../shared/protocol/session.ts'
import type { Connection } from './connection.ts'

export interface Abortable { signal?: AbortSignal }

const path = (...names: readonly string[]) => `/api/sessions/${names.map(encodeURIComponent).join('/')}`

/** What one does with what is there: answer, change, cancel, stop. Part of the client. */
export function conversationCalls({ addressOf, post, requestJson, request }: Connection) {
  const patch = <Body>(address: string, body: object, { signal }: Abortable) =>
    requestJson<Body>(address, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal })
  /** Is not asked twice: each time would do it once more. */
  const postOnce = <Body>(address: string, body: object | undefined, { signal }: Abortable) =>
    requestJson<Body>(address, { method: 'POST', mayRepeat: false, signal, ...body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } })

  return {
    /** All of one part of a message. */
    async getPart(sessionId: string, messageId: string, partId: string, { signal }: Abortable = {}): Promise<Part> {
      return (await requestJson<OnePart>(path(sessionId, 'messages', messageId, 'parts', partId), { signal })).part
    },

    /** To a question or a permission that waits; `messageId` is the agent's message. The first answer counts: another one rejects with a 409. */
    async answerPart(sessionId: string, messageId: string, partId: string, answer: PartAnswer, { signal }: Abortable = {}): Promise<Part> {
      return (await post<OnePart>(path(sessionId, 'messages', messageId, 'parts', partId, 'answer'), answer, { signal })).part
    },

    /** Changes a message that waits for its turn. Rejects with a 409 once it runs. */
    async editMessage(sessionId: string, messageId: string, edit: EditMessage, options: Abortable = {}): Promise<Message> {
      return (await patch<PostedMessage>(path(sessionId, 'messages', messageId), edit, options)).message
    },

    /** Somebody is about to change a message that waits: the agent does not begin with it before `editing.until` of what comes back. Said again before that, it goes on, until the session's queue has waited for ten minutes. Rejects with a 409 then, once it runs, and while another person edits it. */
    async beginEditing(sessionId: string, messageId: string, { signal }: Abortable = {}): Promise<Message> {
      return (await requestJson<PostedMessage>(path(sessionId, 'messages', messageId, 'editing'), { method: 'PUT', signal })).message
    },

    /** The agent may begin with the message. */
    async endEditing(sessionId: string, messageId: string, { signal }: Abortable = {}): Promise<void> {
      await request(path(sessionId, 'messages', messageId, 'editing'), { method: 'DELETE', signal, isDoneWhen: 404 })
    },

    /** Takes back a message that waits for its turn: it is never asked. Rejects with a 409 once it runs. */
    async cancelMessage(sessionId: string, messageId: string, { signal }: Abortable = {}): Promise<void> {
      await request(path(sessionId, 'messages', messageId), { method: 'DELETE', signal, isDoneWhen: 404 })
    },

    /** Deletes a message that was answered, with its answers and their files. The agent goes on without it, and without what followed on it. Rejects with a 409 while the agent is at work, and, with `unchangedSince`, its session's `updatedAt` as it was seen, where it has another version or another answer since. */
    async deleteTurn(sessionId: string, messageId: string, { unchangedSince, signal }: { unchangedSince?: string } & Abortable = {}): Promise<void> {
      await request(path(sessionId, 'turns', messageId), { method: 'DELETE', query: { unchangedSince }, signal, isDoneWhen: 404 })
    },

    /** `now` stops the turn that runs and asks this; `next` adds it to that turn, where the agent can. Rejects with a 409 otherwise. */
    async steerMessage(sessionId: string, messageId: string, when: 'now' | 'next', options: Abortable = {}): Promise<Message> {
      return (await postOnce<PostedMessage>(path(sessionId, 'messages', messageId, 'steer'), { when }, options)).message
    },

    /** Asks the same once more: as another version of the conversation, or in its place where it had failed. */
    async retryMessage(sessionId: string, messageId: string, options: Abortable = {}): Promise<Message> {
      return (await postOnce<PostedMessage>(path(sessionId, 'messages', messageId, 'retry'), undefined, options)).message
    },

    /** Makes the version of the conversation that holds this message the current one: `listMessages` gives that. */
    chooseVersion(sessionId: string, messageId: string, options: Abortable = {}): Promise<Session> {
      return patch(path(sessionId), { branch: messageId }, options)
    },

    /** Who answers from now on what says nothing else; null for the default. */
    chooseModel(sessionId: string, choice: AgentChoice, options: Abortable = {}): Promise<Session> {
      return patch(path(sessionId), choice, options)
    },

    renameSession(sessionId: string, title: string, options: Abortable = {}): Promise<Session> {
      return patch(path(sessionId), { title }, options)
    },

    /** For the person who asks, on all their devices: pinned, archived, unread. */
    markSession(sessionId: string, marks: Partial<SessionMarks>, options: Abortable = {}): Promise<Session> {
      return patch(path(sessionId), marks, options)
    },

    /** With everything in it. With `unchangedSince`, its `updatedAt` as it was seen, rejects with a 409 where a person wrote in it since. */
    async deleteSession(sessionId: string, { unchangedSince, signal }: { unchangedSince?: string } & Abortable = {}): Promise<void> {
      await request(path(sessionId), { method: 'DELETE', query: { unchangedSince }, signal, isDoneWhen: 404 })
    },

    /** The whole conversation: a zip with `conversation.md` and the folder `files`, or JSON with `session` and `messages`. */
    exportSession(sessionId: string, format: 'markdown' | 'json' = 'markdown', { signal }: Abortable = {}): Promise<Response> {
      return request(path(sessionId, 'export'), { query: { format }, signal })
    },

    /** A link that shows the conversation to whoever has it, for so many days; 7 where nothing is said. Its address is told this once. */
    async shareSession(sessionId: string, { days, signal }: CreateSharedLink & Abortable = {}): Promise<CreatedSharedLink> {
      const created = await postOnce<CreatedSharedLink>(path(sessionId, 'links'), { days }, { signal })
      return { ...created, url: addressOf(created.url) }
    },

    /** Those that work. */
    async listSharedLinks(sessionId: string, { signal }: Abortable = {}): Promise<SharedLink[]> {
      return (await requestJson<SharedLinks>(path(sessionId, 'links'), { signal })).links
    },

    /** Takes a link back: it shows nothing any more. */
    async revokeSharedLink(sessionId: string, linkId: string, { signal }: Abortable = {}): Promise<void> {
      await request(path(sessionId, 'links', linkId), { method: 'DELETE', signal, isDoneWhen: 404 })
    },

    /** Ends the turn that runs; what was said is kept. */
    async stopTurn(sessionId: string, { signal }: Abortable = {}): Promise<void> {
      await request(path(sessionId, 'stop'), { method: 'POST', signal })
    },
  }
}
