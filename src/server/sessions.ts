import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { CreateSession, Session, SessionsPage } from '../shared/protocol.ts'
import type { Events } from './events.ts'
import { refusal } from './problems.ts'
import { TENANT, type Database, type SessionRow } from './storage/database.ts'
import { cleanTitle, UNTITLED } from './titles.ts'
import type { Live } from './turns/live.ts'

export type Sessions = ReturnType<typeof createSessions>

export const noSuchSession = () => refusal(404, 'not_found', 'There is no such session.')

export function createSessions({ database, events, live }: { database: Database, events: Events, live: Live }) {
  const toSession = (row: SessionRow): Session => ({
    id: row.id,
    projectId: row.project_id,
    title: row.title ?? UNTITLED,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    running: live.isBusy(row.id),
    mediaCount: row.media_count,
  })

  const find = (id: string) => database.selectFrom('sessions').selectAll()
    .where('tenant_id', '=', TENANT).where('id', '=', id)
    .executeTakeFirst()

  async function get(id: string): Promise<Session> {
    const row = await find(id)
    if (!row)
      throw noSuchSession()
    return toSession(row)
  }

  /** Tells every connection how the session is now; nothing if it is gone. */
  async function announce(id: string) {
    const row = await find(id)
    if (row)
      events.emit({ type: 'session_updated', session_id: id, session: toSession(row) })
  }

  return {
    get,
    announce,

    /** The same id again is the same session, as it is by now. */
    async create({ id = randomUUID(), projectId, title }: z.output<typeof CreateSession>): Promise<{ session: Session, created: boolean }> {
      const now = new Date().toISOString()
      const result = await database.insertInto('sessions')
        .values({ id, project_id: projectId, title: title === undefined ? null : requireTitle(title), created_at: now, updated_at: now })
        .onConflict(conflict => conflict.columns(['tenant_id', 'id']).doNothing())
        .executeTakeFirst()
      const created = result.numInsertedOrUpdatedRows === 1n
      if (created)
        await announce(id)
      return { session: await get(id), created }
    },

    async list({ projectId, cursor, limit }: { projectId?: string, cursor?: string, limit: number }): Promise<SessionsPage> {
      let query = database.selectFrom('sessions').selectAll()
        .where('tenant_id', '=', TENANT)
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
      return { sessions: page.map(toSession), nextCursor: rows.length > limit ? writeCursor(page.at(-1)!) : null }
    },

    async rename(id: string, title: string): Promise<Session> {
      await database.updateTable('sessions').set({ title: requireTitle(title) })
        .where('tenant_id', '=', TENANT).where('id', '=', id)
        .execute()
      const session = await get(id)
      events.emit({ type: 'session_updated', session_id: id, session })
      return session
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
