import { LIMITS } from '../../shared/attachments.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { HistoryPage } from '../../shared/protocol/rest.ts'
import type { History } from './history.ts'
import type { Sessions } from './sessions.ts'

/** Messages of one session in the overview; the rest is read with the session's own pages. */
const MESSAGES_EACH = 100

export interface HistoryRequest {
  /** Of sessions. */
  cursor?: string
  limit: number
  projectId?: string
  /** An IANA name: where a day begins. */
  timeZone: string
}

export type RecentHistory = ReturnType<typeof createRecentHistory>

/** What was said lately, by session and by day inside it. */
export function createRecentHistory({ sessions, history }: { sessions: Sessions, history: History }) {
  return {
    async page(tenant: string, { cursor, limit, projectId, timeZone }: HistoryRequest): Promise<HistoryPage> {
      const page = await sessions.list(tenant, { projectId, cursor, limit })
      const grouped = await Promise.all(page.sessions.map(async (session) => {
        const { messages, hasMore } = await history.page({ tenant, id: session.id }, { limit: MESSAGES_EACH, bytes: Math.floor(LIMITS.pageBytes / page.sessions.length) })
        return { session, days: byDay(messages, timeZone), hasMore }
      }))
      return { sessions: grouped, nextCursor: page.nextCursor }
    },
  }
}

/** In the order of the messages; a day that comes again, as clocks may do, is not begun again. */
function byDay(messages: readonly Message[], timeZone: string) {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const days = new Map<string, Message[]>()
  for (const message of messages) {
    const date = format.format(new Date(message.createdAt)) // 2026-11-21
    days.set(date, [...days.get(date) ?? [], message])
  }
  return [...days].map(([date, messages]) => ({ date, messages }))
}
