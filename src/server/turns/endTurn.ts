import type { Usage } from '../../shared/protocol/agent.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { MessageRow } from '../storage/database/database.ts'
import { sessionOf } from '../storage/rows/messageInsert.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { saveParts } from '../storage/rows/partRows.ts'
import { keepUsage } from '../storage/usage/usageRows.ts'
import type { AnswerRecorder } from './answerRecorder.ts'
import { completeAnswer, type Outcome } from './answers.ts'
import { collectFiles } from './files/collectFiles.ts'
import { keepLateReceipts, tellReceipts } from './files/receipts.ts'
import type { TurnDeps } from './turn.ts'
import { NOT_SAVED } from './turnFailure.ts'

/**
 * Saves the answer as complete, and tells everybody.
 * @returns what it is known to have taken
 */
export async function endTurn(deps: TurnDeps, asked: MessageRow, recorder: AnswerRecorder, outcome: Outcome & { taken: readonly string[] }, isOver: () => boolean): Promise<Usage | null> {
  const { database, events, live, saving, log } = deps
  const whole = await recorder.end()
  const { message, joined } = await saving.keepTrying(() => completeAnswer(database, asked, whole, outcome), isOver, (error) => {
    log.warn(error, 'an answer is not saved yet')
    recorder.put(NOT_SAVED) // only told: it is no part of what is saved in the end
  })
  saving.end()

  const tell = (event: Parameters<typeof events.emit>[1]) => events.emit(asked.tenant_id, event)
  live.endMessage(message.id)
  if (outcome.status === 'failed')
    tell({ type: 'turn_failed', session_id: message.sessionId, problem: outcome.problem })
  await tellReceipts(deps, asked, outcome).catch((error: unknown) => log.warn(error, 'it was not told what the agent was given'))
  tell({ type: 'message_completed', session_id: message.sessionId, message })
  for (const added of joined)
    tell({ type: 'message_updated', session_id: message.sessionId, message: added })
  return message.usage
}

/** What is known only when the agent of a stopped turn has left. */
interface Late {
  known: Usage | null
  /** What it was given, where that was not known before. */
  received?: Parameters<typeof keepLateReceipts>[2]
}

/** What a stopped turn's agent was given, wrote and took becomes part of a message that is complete already. */
export async function keepLate(deps: TurnDeps, asked: MessageRow, recorder: AnswerRecorder, { known, received }: Late): Promise<void> {
  if (received)
    await keepLateReceipts(deps, asked, received).catch((error: unknown) => deps.log.warn(error, 'what the agent was given was not kept'))
  await collectLate(deps, sessionOf(asked), recorder.current(), known)
}

/**
 * What a turn that was stopped had written, and what it took: its message is complete already, and gains it.
 * @param known what it was known to take when it was stopped
 */
async function collectLate(deps: TurnDeps, session: SessionKey, { id: messageId, usage }: Pick<Message, 'id' | 'usage'>, known: Usage | null) {
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
