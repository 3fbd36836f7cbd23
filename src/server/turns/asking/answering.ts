import { isDeepStrictEqual } from 'node:util'
import type { Part, PartAnswer } from '../../../shared/protocol/parts.ts'
import type { Answered, AskedPart } from '../../agents/agent.ts'
import { refusal } from '../../errors/problems.ts'
import type { Account } from '../../identity/account.ts'
import type { Database } from '../../storage/database/database.ts'
import { answeredPart } from './answeredPart.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'

export interface PartKey { sessionId: string, messageId: string, partId: string }

export type Answering = ReturnType<typeof createAnswering>

/** Hands an answer to the turn that waits for it, wherever that runs. */
export type TellAnswer = (session: SessionKey, messageId: string, answer: Answered) => Promise<unknown>

/** What a person says to a question or a permission: the first answer counts, whoever gives it and wherever. */
export function createAnswering({ database, tellAnswer }: { database: Database, tellAnswer: TellAnswer }) {
  async function find({ tenant }: Account, { sessionId, messageId, partId }: PartKey) {
    const row = await database.selectFrom('parts').innerJoin('messages', 'messages.id', 'parts.message_id')
      .select(['parts.body'])
      .where('messages.tenant_id', '=', tenant).where('messages.session_id', '=', sessionId)
      .where('parts.message_id', '=', messageId).where('parts.id', '=', partId)
      .where('parts.type', 'in', ['question', 'permission'])
      .executeTakeFirst()
    if (!row)
      throw refusal(404, 'not_found', 'There is no such question.')
    return row.body
  }

  const tell = ({ tenant }: Account, { sessionId, messageId }: PartKey, answer: Answered) => tellAnswer({ tenant, id: sessionId }, messageId, answer)

  return {
    /**
     * Resolves with the part as it is then, when the answer would survive a power cut. The same answer again is
     * the same answer. @throws `ProblemError` 404, 409 with the part as it was answered, 422
     */
    async answer(account: Account, key: PartKey, given: PartAnswer): Promise<AskedPart> {
      const before = await find(account, key)
      const part = JSON.parse(before) as AskedPart
      const answered = answeredPart(part, given, account.user)
      if (part.status === 'waiting' && await exchange(key, before, answered)) {
        await tell(account, key, { part: answered, allow: given.allow })
        return answered
      }
      const now = JSON.parse(await find(account, key)) as AskedPart
      if (isSameAnswer(now, answered)) {
        await tell(account, key, { part: now, allow: given.allow }) // whoever gave it first may not have come so far
        return now
      }
      throw refusal(409, 'answered_otherwise', 'Somebody else has answered this already.', { part: now })
    },
  }

  /** Whoever comes second finds another body. */
  async function exchange({ messageId, partId }: PartKey, before: string, after: Part) {
    const { numUpdatedRows } = await database.updateTable('parts').set({ body: JSON.stringify(after) })
      .where('message_id', '=', messageId).where('id', '=', partId).where('body', '=', before)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }
}

function isSameAnswer(now: AskedPart, answered: AskedPart) {
  if (now.status !== answered.status)
    return false
  return now.type !== 'question' || answered.type !== 'question' || isDeepStrictEqual(now.answers, answered.answers)
}
