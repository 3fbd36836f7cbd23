import { randomBytes, randomUUID } from 'node:crypto'
import type { CreatedSharedLink, SharedLink } from '../../shared/protocol/sharedLink.ts'
import { hashKey } from '../accounts/apiKeys.ts'
import { refusal } from '../errors/problems.ts'
import type { Account } from '../identity/account.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { AttachmentRow, Database } from '../storage/database/database.ts'
import { isNotDeleted } from '../storage/rows/deletedSessions.ts'

const TOKEN_BYTES = 32
const DAY_MS = 86_400_000
/** Links of one session that work at the same time. */
const MOST = 20

const now = () => new Date().toISOString()

export type SharedLinks = ReturnType<typeof createSharedLinks>

/** Links that show one conversation to people outside, until their end or until they are taken back. */
export function createSharedLinks({ database, sessions }: { database: Database, sessions: Sessions }) {
  async function list(session: SessionKey): Promise<SharedLink[]> {
    await sessions.get(session)
    const rows = await database.selectFrom('shared_links').selectAll()
      .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('expires_at', '>', now())
      .orderBy('created_at', 'desc').execute()
    return rows.map(({ id, created_at, expires_at, user_id }) => ({ id, createdAt: created_at, expiresAt: expires_at, user: user_id }))
  }

  return {
    list,

    /** @throws a 404, or a 409 where there are too many */
    async create({ tenant, user }: Account, sessionId: string, days: number): Promise<CreatedSharedLink> {
      const session = { tenant, id: sessionId }
      if ((await list(session)).length >= MOST)
        throw refusal(409, 'too_many_links', `This session has ${MOST} links already. Take one of them back first.`)
      const token = randomBytes(TOKEN_BYTES).toString('base64url')
      const link = { id: randomUUID(), createdAt: now(), expiresAt: new Date(Date.now() + days * DAY_MS).toISOString(), user }
      await database.deleteFrom('shared_links').where('tenant_id', '=', tenant).where('session_id', '=', sessionId).where('expires_at', '<=', now()).execute()
      await database.insertInto('shared_links')
        .values({ id: link.id, tenant_id: tenant, session_id: sessionId, token_sha256: hashKey(token), user_id: user, created_at: link.createdAt, expires_at: link.expiresAt })
        .execute()
      return { link, url: `/shared/${token}` }
    },

    /** It shows nothing from now on. @throws a 404 */
    async revoke({ tenant, id }: SessionKey, linkId: string): Promise<void> {
      const { numDeletedRows } = await database.deleteFrom('shared_links')
        .where('id', '=', linkId).where('tenant_id', '=', tenant).where('session_id', '=', id)
        .executeTakeFirst()
      if (!numDeletedRows)
        throw refusal(404, 'not_found', 'There is no such link.')
    },

    /** What a token shows; nothing where the link has ended, was taken back, or never was. */
    async find(token: string): Promise<SessionKey | undefined> {
      const row = await database.selectFrom('shared_links as l')
        .innerJoin('sessions', join => join.onRef('sessions.tenant_id', '=', 'l.tenant_id').onRef('sessions.id', '=', 'l.session_id'))
        .select(['l.tenant_id', 'l.session_id'])
        .where('l.token_sha256', '=', hashKey(token)).where('l.expires_at', '>', now()).where(isNotDeleted)
        .executeTakeFirst()
      return row && { tenant: row.tenant_id, id: row.session_id }
    },

    /** A file that stands in the conversation as it is shown, and no other. */
    findFile({ tenant, id }: SessionKey, attachmentId: string): Promise<AttachmentRow | undefined> {
      return database.selectFrom('attachments as a').innerJoin('messages as m', 'm.id', 'a.message_id').selectAll('a')
        .where('a.id', '=', attachmentId).where('a.tenant_id', '=', tenant).where('a.session_id', '=', id).where('m.off_branch', '=', 0)
        .executeTakeFirst()
    },
  }
}
