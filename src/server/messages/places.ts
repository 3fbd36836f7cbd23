import type { Message } from '../../shared/protocol/message.ts'
import type { NewEvent } from '../events/told.ts'
import { refusal } from '../errors/problems.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { getMessageAttachments } from '../storage/rows/attachmentRows.ts'
import { alreadyRuns, findAsked } from '../storage/rows/waitingMessages.ts'
import type { HeldPlace } from '../turns/sessionQueue.ts'
import type { Turns } from '../turns/turns.ts'

/** Where a message goes that stands for another one. */
export interface Place {
  id: string
  isWaiting: boolean
  /** Where its bytes are, which may lose their last reference. */
  storagePaths: readonly string[]
  /** Of one that waits; to be released, whatever comes of it. */
  held?: HeldPlace
}

/** @throws a 404, and a 409 while the session's agent is at work: a version begins, or is chosen, when it has ended */
export async function takePlace({ database, turns }: { database: Database, turns: Turns }, session: SessionKey, replaced: string): Promise<Place> {
  const { id, status } = await database.transaction().execute(trx => findAsked(trx, session, replaced))
  if (status !== 'accepted') {
    refuseBusy(turns, session)
    return { id, isWaiting: false, storagePaths: [] }
  }
  const attachments = await getMessageAttachments(database, session.tenant, id)
  const held = turns.hold(session, id)
  if (!held)
    throw alreadyRuns()
  return { id, isWaiting: true, held, storagePaths: attachments.map(({ storage_path }) => storage_path) }
}

/** @throws a 409 */
export function refuseBusy(turns: Turns, session: SessionKey) {
  if (turns.isBusy(session))
    throw refusal(409, 'turn_running', 'The agent is answering. Stop it, or wait until it has answered, and try again.')
}

/** What others hear of the message that another one stands for now. */
export const tellsOf = ({ id, isWaiting }: Place, { id: byId, sessionId }: Message): NewEvent => isWaiting
  ? { type: 'message_removed', session_id: sessionId, message_id: id }
  : { type: 'branch_changed', session_id: sessionId, message_id: byId }
