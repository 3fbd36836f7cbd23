import { replyOf, replyWords, type ReplyWords } from '../../shared/parts/replies.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { History } from './history.ts'

/** What a message belongs to, in words, and which message that is. */
export interface ShownReply extends ReplyWords { id: string, sequence: number | undefined, askedAt: string | undefined }

/**
 * By their ids: the messages that belong to something else than what is right above them.
 * @param messages in their order @param before what stands above the first
 */
export async function repliesIn(history: History, session: SessionKey, messages: readonly Message[], before?: Message): Promise<ReadonlyMap<string, ShownReply>> {
  const found = messages.flatMap((message, i) => {
    const reply = replyOf(message, i > 0 ? messages[i - 1] : before)
    return reply ? [{ id: message.id, reply }] : []
  })
  const named = await history.beginnings(session, found.map(({ reply }) => reply.id))
  const asked = await history.beginnings(session, found.flatMap(({ reply }) => reply.kind === 'added' ? named.get(reply.id)?.replyTo ?? [] : []))
  return new Map(found.map(({ id, reply }) => {
    const there = named.get(reply.id)
    const question = reply.kind === 'added' ? asked.get(there?.replyTo ?? '') : there
    return [id, { ...replyWords(reply, question?.words ?? ''), id: reply.id, sequence: there?.sequence, askedAt: question?.createdAt }]
  }))
}
