import type { Message } from '../../shared/protocol/message.ts'
import type { MessagesPage } from '../../shared/protocol/rest.ts'
import type { Events } from '../events/events.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Sessions } from './sessions.ts'
import type { Database } from '../storage/database/database.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import type { Live } from '../events/live.ts'

export interface PageRequest {
  limit: number
  /** A sequence: the page that ends before it. */
  before?: number
  /** A sequence: the page that begins after it. */
  after?: number
}

export type History = ReturnType<typeof createHistory>

export function createHistory({ database, sessions, events, live }: { database: Database, sessions: Sessions, events: Events, live: Live }) {
  async function read({ tenant, id }: SessionKey, { limit, before, after }: PageRequest) {
    let query = database.selectFrom('messages').selectAll()
      .where('tenant_id', '=', tenant).where('session_id', '=', id).where('off_branch', '=', 0)
      .orderBy('sequence', after === undefined ? 'desc' : 'asc')
      .limit(limit + 1)
    if (before !== undefined)
      query = query.where('sequence', '<', before)
    if (after !== undefined)
      query = query.where('sequence', '>', after)
    const rows = await query.execute()
    const page = rows.slice(0, limit)
    if (after === undefined)
      page.reverse()
    return { messages: await toMessages(database, page), hasMore: rows.length > limit }
  }

  /** What is being made is told up to the newest event: the database is a moment behind. */
  const upToDate = (message: Message): Message => live.messageOf(message.id) ?? message

  return {
    /** Exact as of `lastEventId`: events after it go on where this page ends, with nothing lost and nothing doubled. */
    async page(session: SessionKey, request: PageRequest): Promise<MessagesPage> {
      await sessions.get(session)
      const { last, lastChange } = await events.of(session)
      for (;;) {
        const before = lastChange()
        const { messages, hasMore } = await read(session, request)
        // From here on nothing else runs before the answer is complete.
        if (lastChange() === before)
          return { messages: messages.map(upToDate), hasMore, lastEventId: last() }
      }
    },
  }
}
