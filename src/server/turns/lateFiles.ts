import type { SessionKey } from '../identity/sessionKey.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { saveParts } from '../storage/rows/partRows.ts'
import { collectFiles } from './files/collectFiles.ts'
import type { TurnDeps } from './turn.ts'

/** What a turn that was stopped had written: its message is complete already, and gains it. */
export async function collectLate(deps: TurnDeps, session: SessionKey, messageId: string) {
  const { database, events } = deps
  const notice = await collectFiles(deps, { session, messageId })
  const message = await database.transaction().execute(async (trx) => {
    const read = async () => {
      const row = await trx.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst()
      return row && (await toMessages(trx, [row]))[0]
    }
    const before = await read()
    if (!notice || !before)
      return before
    await saveParts(trx, messageId, [...before.parts.filter(({ id }) => id !== notice.id), notice], new Set([notice.id]))
    return read()
  })
  if (message && (notice || message.attachments.length))
    events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
}
