import type { AgentChoice, Usage, UsageSum } from '../../../shared/protocol/agent.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { DatabaseTransaction, SessionRow } from '../database/database.ts'

export const readUsage = (json: string | null): Usage | null => json === null ? null : JSON.parse(json) as Usage

export const readUsageSum = (json: string | null): UsageSum | null => json === null ? null : JSON.parse(json) as UsageSum

/** Who answers a message: as it says, or as the session was answered last. What is chosen stays the session's. */
export async function takeChoice(trx: DatabaseTransaction, session: SessionRow, choice: AgentChoice = {}): Promise<Choice> {
  const chosen = withChoice(session, choice)
  if (chosen.model !== session.model || chosen.effort !== session.effort)
    await trx.updateTable('sessions').set(chosen).where('tenant_id', '=', session.tenant_id).where('id', '=', session.id).execute()
  return chosen
}

type Choice = Pick<SessionRow, 'model' | 'effort'>

/** What is chosen then. */
export const withChoice = (before: Choice, { model, effort }: AgentChoice): Choice => ({
  model: model === undefined ? before.model : model,
  // One model's effort may be unknown to another.
  effort: effort === undefined ? (model === undefined || model === before.model ? before.effort : null) : effort,
})

/** What an answer took, once: its session's sum grows by it. */
export async function keepUsage(trx: DatabaseTransaction, { tenant, id }: SessionKey, messageId: string, usage: Usage | null): Promise<void> {
  if (!usage)
    return
  await trx.updateTable('messages').set({ usage: JSON.stringify(usage) }).where('id', '=', messageId).execute()
  const session = await trx.selectFrom('sessions').select('usage').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst()
  await trx.updateTable('sessions').set({ usage: JSON.stringify(withUsage(readUsageSum(session?.usage ?? null), usage)) })
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .execute()
}

const NOTHING = { answers: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, costUsd: null, seconds: 0 }

/** Tokens and bytes are not added up: where another agent answers by now, its counting begins. */
function withUsage(sum: UsageSum | null, usage: Usage): UsageSum {
  const before: Omit<UsageSum, 'counts'> = sum?.counts === usage.counts ? sum : NOTHING
  return {
    counts: usage.counts,
    answers: before.answers + 1,
    inputTokens: before.inputTokens + usage.inputTokens,
    cachedTokens: before.cachedTokens + usage.cachedTokens,
    outputTokens: before.outputTokens + usage.outputTokens,
    costUsd: usage.costUsd === null ? before.costUsd : (before.costUsd ?? 0) + usage.costUsd,
    seconds: before.seconds + usage.seconds,
  }
}
