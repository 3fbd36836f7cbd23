import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { z } from 'zod'
import type { AgentChoice } from '../../shared/protocol/agent.ts'
import type { CreateSession, SessionsPage } from '../../shared/protocol/rest.ts'
import type { Session } from '../../shared/protocol/session.ts'
import { beginningOf, cleanTitle, UNTITLED } from '../../shared/titles.ts'
import type { Events } from '../events/events.ts'
import type { Gathering } from '../events/gathering.ts'
import { keepRecent } from '../../shared/collections/recentlyUsed.ts'
import { isUnavailable, refusal } from '../errors/problems.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database, SessionRow } from '../storage/database/database.ts'
import { isDeleted, isNotDeleted, refuseDeleted } from '../storage/rows/deletedSessions.ts'
import { readUsageSum } from '../storage/usage/usageRows.ts'
import { withOverview, type OverviewRow } from '../storage/rows/sessionRows.ts'
import type { Live } from '../events/live.ts'

/** Sessions that are known as they were told last, two thousand bytes each. */
const KNOWN_ROWS = 1000
/** So long is waited for a database that may be away. */
const READING_MS = 500

export type Sessions = ReturnType<typeof createSessions>

export const noSuchSession = () => refusal(404, 'not_found', 'There is no such session.')

export function createSessions({ database, events, gathering, live }: { database: Database, events: Events, gathering: Gathering, live: Live }) {
  /** As they were told last. */
  const lately = new Map<string, OverviewRow>()

  const toSession = ({ last, attachment_count, ...row }: OverviewRow): Session => ({
    id: row.id,
    projectId: row.project_id,
    title: row.title ?? UNTITLED,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    running: live.isBusy({ tenant: row.tenant_id, id: row.id }),
    asking: live.isAsking({ tenant: row.tenant_id, id: row.id }),
    ...live.isWaiting({ tenant: row.tenant_id, id: row.id }) && { waiting: true },
    ...live.isUnsaved({ tenant: row.tenant_id, id: row.id }) && { unsaved: true },
    model: row.model,
    effort: row.effort,
    usage: readUsageSum(row.usage),
    mediaCount: row.media_count,
    attachmentCount: attachment_count,
    lastMessage: last && { id: last.id, role: last.role, status: last.status, text: beginningOf(live.messageOf(last.id)?.text ?? last.text), createdAt: last.created_at },
  })

  async function find({ tenant, id }: SessionKey): Promise<OverviewRow | undefined> {
    const row = await database.selectFrom('sessions').selectAll()
      .where('tenant_id', '=', tenant).where('id', '=', id).where(isNotDeleted)
      .executeTakeFirst()
    return row && (await withOverview(database, [row]))[0]
  }

  async function get(key: SessionKey): Promise<Session> {
    const row = await find(key)
    if (row)
      return toSession(row)
    throw await isDeleted(database, key) ? refusal(404, 'session_deleted', 'This session was deleted.') : noSuchSession()
  }

  /** Of one that cannot be saved the database itself may be away: who is told so need not wait for it. */
  function findOrKnow(key: SessionKey): Promise<OverviewRow | undefined> {
    const known = live.isUnsaved(key) && lately.get(keyText(key))
    if (!known)
      return find(key)
    return Promise.race([find(key), pause(READING_MS, known, { ref: false })])
      .catch((error: unknown) => isUnavailable(error) ? known : Promise.reject(error))
  }

  /** Tells every connection of the tenant how the session is, now or in a moment; nothing if it is gone. Never rejects. */
  const announce = (key: SessionKey) => gathering.tell(keyText(key), async () => {
    const row = await findOrKnow(key)
    if (!row)
      return
    keepRecent(lately, keyText(key), row, KNOWN_ROWS)
    events.announce(key.tenant, { type: 'session_updated', session_id: key.id, session: toSession(row) })
  })

  return {
    get,
    announce,

    /** The same id again is the same session, as it is by now. */
    async create(tenant: string, { id = randomUUID(), projectId, title }: z.output<typeof CreateSession>): Promise<{ session: Session, created: boolean }> {
      const now = new Date().toISOString()
      const row = { tenant_id: tenant, id, project_id: projectId, title: title === undefined ? null : requireTitle(title), created_at: now, updated_at: now }
      const result = await database.transaction().execute(async (trx) => {
        await refuseDeleted(trx, { tenant, id })
        return trx.insertInto('sessions').values(row)
          .onConflict(conflict => conflict.columns(['tenant_id', 'id']).doNothing())
          .executeTakeFirst()
      })
      const created = result.numInsertedOrUpdatedRows === 1n
      if (created)
        await announce({ tenant, id })
      return { session: await get({ tenant, id }), created }
    },

    async list(tenant: string, { projectId, cursor, limit }: { projectId?: string, cursor?: string, limit: number }): Promise<SessionsPage> {
      let query = database.selectFrom('sessions').selectAll()
        .where('tenant_id', '=', tenant).where(isNotDeleted)
        .orderBy('updated_at', 'desc').orderBy('id', 'desc')
        .limit(limit + 1)
      if (projectId !== undefined)
        query = query.where('project_id', '=', projectId)
      if (cursor !== undefined) {
        const { updatedAt, id } = readCursor(cursor)
        query = query.where(({ eb, and, or }) =>
          or([eb('updated_at', '<', updatedAt), and([eb('updated_at', '=', updatedAt), eb('id', '<', id)])]))
      }
      const rows = await query.execute()
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return { sessions: (await withOverview(database, page)).map(toSession), nextCursor: last && rows.length > limit ? writeCursor(last) : null }
    },

    /** Who answers from now on what says nothing else. */
    async choose(key: SessionKey, { model, effort }: AgentChoice): Promise<Session> {
      const chosen = { ...model !== undefined && { model }, effort: effort ?? null }
      await database.updateTable('sessions').set(chosen)
        .where('tenant_id', '=', key.tenant).where('id', '=', key.id)
        .execute()
      await announce(key)
      return { ...await get(key), ...chosen } // this caller's, whatever others changed in the same moment
    },

    async rename(key: SessionKey, title: string): Promise<Session> {
      const chosen = { title: requireTitle(title) }
      await database.updateTable('sessions').set(chosen)
        .where('tenant_id', '=', key.tenant).where('id', '=', key.id)
        .execute()
      await announce(key)
      return { ...await get(key), ...chosen }
    },
  }
}

function requireTitle(title: string) {
  const clean = cleanTitle(title)
  if (clean === '')
    throw refusal(400, 'invalid_request', 'A session’s title cannot be empty.')
  return clean
}

const writeCursor = ({ updated_at, id }: SessionRow) => Buffer.from(JSON.stringify([updated_at, id])).toString('base64url')

function readCursor(cursor: string): { updatedAt: string, id: string } {
  try {
    const [updatedAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof updatedAt === 'string' && typeof id === 'string')
      return { updatedAt, id }
  }
  catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) // not JSON, not a list: not one of ours
      throw error
  }
  throw refusal(400, 'invalid_request', 'The cursor is not one that this server gave.')
}
