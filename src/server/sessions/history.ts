import type { Message } from '../../shared/protocol/message.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import type { MessagesPage } from '../../shared/protocol/rest.ts'
import type { Events } from '../events/events.ts'
import { refusal } from '../errors/problems.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Sessions } from './sessions.ts'
import type { Database } from '../storage/database/database.ts'
import { readBeginnings, readPage, type Beginning, type PageRequest } from '../storage/rows/messagePages.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { readPartOf } from '../storage/rows/partRows.ts'
import type { Live } from '../events/live.ts'

export type History = ReturnType<typeof createHistory>

export function createHistory({ database, sessions, events, live }: { database: Database, sessions: Sessions, events: Events, live: Live }) {
  /** What is being made is told up to the newest event: the database is a moment behind. */
  const upToDate = (message: Message): Message => live.messageOf(message.id) ?? message

  return {
    /** Exact as of `lastEventId`: events after it go on where this page ends, with nothing lost and nothing doubled. */
    async page(session: SessionKey, request: PageRequest): Promise<MessagesPage> {
      await sessions.get(session)
      const asked = new Set<string>()
      for (;;) {
        const { last, lastChange } = await events.of(session)
        const before = lastChange()
        const { messages, hasMore } = await readPage(database, session, request)
        if (await events.complete(session, messages, asked))
          continue // it is told of another machine up to now
        // From here on nothing else runs before the answer is complete.
        if (lastChange() === before)
          return { messages: messages.map(upToDate), hasMore, lastEventId: last() }
      }
    },

    /** All of one message, however long. @throws a 404 */
    async message(session: SessionKey, messageId: string): Promise<Message> {
      const row = await database.selectFrom('messages').selectAll()
        .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('id', '=', messageId)
        .executeTakeFirst()
      const [message] = row ? await toMessages(database, [row]) : []
      if (!message)
        throw refusal(404, 'not_found', 'There is no such message.')
      await events.complete(session, [message])
      return live.messageOf(message.id) ?? message
    },

    /** How messages begin, by their ids. */
    beginnings: (session: SessionKey, ids: readonly string[]): Promise<ReadonlyMap<string, Beginning>> => readBeginnings(database, session, ids),

    /** All of one part. @throws a 404 */
    async part(session: SessionKey, messageId: string, id: string): Promise<Part> {
      const stored = await readPartOf(database, session, messageId, id)
      if (stored?.type === 'tool' && stored.status === 'done')
        return stored // as it will always be
      const part = (await this.message(session, messageId)).parts.find(part => part.id === id)
      if (!part)
        throw refusal(404, 'not_found', 'There is no such part.')
      return part
    },
  }
}
