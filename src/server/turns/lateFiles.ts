import type { Usage } from '../../shared/protocol/agent.ts'
import type { Message } from '../../shared/protocol/message.ts'
import { keepUsage } from '../storage/usage/usageRows.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { saveParts } from '../storage/rows/partRows.ts'
import { collectFiles } from './files/collectFiles.ts'
import type { TurnDeps } from './turn.ts'

/**
 * What a turn that was stopped had written, and what it took: its message is complete already, and gains it.
 * @param known what it was known to take when it was stopped
 */
export async function collectLate(deps: TurnDeps, session: SessionKey, { id: messageId, usage }: Pick<Message, 'id' | 'usage'>, known: Usage | null) {
  const { database, events } = deps
  const notice = await collectFiles(deps, { session, messageId })
  const message = await database.transaction().execute(async (trx) => {
    const read = async () => {
      const row = await trx.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst()
      return row && (await toMessages(trx, [row]))[0]
    }
    if (!known)
      await keepUsage(trx, session, messageId, usage)
    const before = await read()
    if (!notice || !before)
      return before
    await saveParts(trx, messageId, [...before.parts.filter(({ id }) => id !== notice.id), notice], new Set([notice.id]))
    return read()
  })
  if (message && (notice || message.attachments.length || usage !== known))
    events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
  if (usage !== known)
    await deps.announce(session)
}
