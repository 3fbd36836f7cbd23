import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Events } from '../events/events.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { switchBranch } from '../storage/rows/branches.ts'
import { findAsked } from '../storage/rows/waitingMessages.ts'

/** Goes to another version of a conversation: the one that holds this message. @throws a 404, and what `refuseBusy` throws */
export async function chooseVersion({ database, events, writes, refuseBusy }: {
  database: Database
  events: Events
  writes: KeyedQueue
  refuseBusy: (session: SessionKey) => void
}, session: SessionKey, messageId: string): Promise<void> {
  await writes.run(keyText(session), async () => {
    await events.open(session)
    const isChanged = await database.transaction().execute(async (trx) => {
      const { id, off_branch } = await findAsked(trx, session, messageId)
      if (off_branch)
        refuseBusy(session)
      return switchBranch(trx, session, id)
    })
    if (isChanged)
      events.emit(session.tenant, { type: 'branch_changed', session_id: session.id, message_id: messageId })
  })
}
