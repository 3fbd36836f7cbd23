import type { SessionMarks, Session } from '../../shared/protocol/session.ts'
import type { Events } from '../events/events.ts'
import type { Gathering } from '../events/gathering.ts'
import { accountId, type Account } from '../identity/account.ts'
import type { Database } from '../storage/database/database.ts'

export type Marks = ReturnType<typeof createMarks>

const ENDED: ReadonlySet<string> = new Set(['complete', 'failed', 'cancelled'])

/** What each person makes of the sessions of their tenant: pinned, archived, seen. The same on all of a person's devices. */
export function createMarks({ database, events, gathering }: { database: Database, events: Events, gathering: Gathering }) {
  async function readSeen({ tenant, user }: Account, sessions: readonly Session[]): Promise<Map<string, SessionMarks>> {
    const ids = sessions.map(({ id }) => id)
    const rows = ids.length
      ? await database.selectFrom('session_marks as k')
          .innerJoin('sessions as s', join => join.onRef('s.tenant_id', '=', 'k.tenant_id').onRef('s.id', '=', 'k.session_id'))
          .select(['k.session_id', 'k.pinned', 'k.archived', 'k.seen_sequence', 's.last_sequence'])
          .where('k.tenant_id', '=', tenant).where('k.user_id', '=', user).where('k.session_id', 'in', ids)
          .execute()
      : []
    const lastOf = new Map(sessions.map(({ id, lastMessage }) => [id, lastMessage]))
    return new Map(rows.map((row) => {
      const last = lastOf.get(row.session_id)
      const isAnswered = last?.role === 'assistant' && ENDED.has(last.status)
      return [row.session_id, { pinned: row.pinned === 1, archived: row.archived === 1, unread: isAnswered && row.last_sequence > row.seen_sequence }]
    }))
  }

  return {
    /** The sessions as this person sees them. Without marks of theirs they are as they are. */
    async show<Some extends Session>(account: Account, sessions: readonly Some[]): Promise<Some[]> {
      const marks = await readSeen(account, sessions)
      return sessions.map(session => ({ ...session, ...marks.get(session.id) }))
    },

    /** Of a session that is there. Tells the person's other devices. */
    async set(account: Account, session: Session, { pinned, archived, unread }: Partial<SessionMarks>): Promise<void> {
      const { tenant, user } = account
      await database.transaction().execute(async (trx) => {
        const { last_sequence } = await trx.selectFrom('sessions').select('last_sequence').where('tenant_id', '=', tenant).where('id', '=', session.id).executeTakeFirstOrThrow()
        const changes = {
          ...pinned !== undefined && { pinned: Number(pinned) },
          ...archived !== undefined && { archived: Number(archived) },
          ...unread !== undefined && { seen_sequence: unread ? last_sequence - 1 : last_sequence },
        }
        // What was there before somebody pins a session is nothing new to them.
        await trx.insertInto('session_marks').values({ tenant_id: tenant, user_id: user, session_id: session.id, pinned: 0, archived: 0, seen_sequence: last_sequence, ...changes })
          .onConflict(conflict => conflict.columns(['tenant_id', 'user_id', 'session_id']).doUpdateSet(changes))
          .execute()
      })
      await gathering.tell(JSON.stringify([accountId(account), session.id]), async () => {
        const marks = (await readSeen(account, [session])).get(session.id)
        if (marks)
          events.announceTo(account, { type: 'session_marked', session_id: session.id, ...marks })
      })
    },
  }
}
