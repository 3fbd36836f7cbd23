import type { ModelUsage, Query, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { ContextUse, Usage } from '../../../../shared/protocol/agent.ts'
import type { AgentEvent, MemoryEntry } from '../../agent.ts'
import type { AnswerItem } from './readAnswer.ts'

type Totals = Pick<ModelUsage, 'inputTokens' | 'outputTokens' | 'cacheReadInputTokens' | 'cacheCreationInputTokens'>

/** What the SDK writes into a conversation at the end of a turn, and goes on counting from. */
const CostState = z.object({
  type: z.literal('cost-state'),
  totalCostUSD: z.number(),
  modelUsage: z.record(z.string(), z.object({ inputTokens: z.number(), outputTokens: z.number(), cacheReadInputTokens: z.number(), cacheCreationInputTokens: z.number() })),
})

const NOTHING: Totals = { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 }

/** Milliseconds. */
const ASKING_MS = 3000

/** What one turn took: the SDK's figures are the whole conversation's, so what it had read of it is taken off. */
export function createSpending() {
  let milliseconds = 0
  /** Who answers instead of the one that was asked; what that one had said counts, and is no answer. */
  let instead: string | undefined
  let before: { costUsd: number, models: Record<string, Totals> } = { costUsd: 0, models: {} }

  function usageOf(result: SDKResultMessage, context: ContextUse | null): Usage | undefined {
    const models = Object.entries(result.modelUsage).map(([model, now]) => ({ model, costBasis: now.costBasis, ...less(now, before.models[model] ?? NOTHING) }))
    const all = models.reduce((sum, one) => plus(sum, one), NOTHING)
    const costUsd = result.total_cost_usd - before.costUsd
    if (costUsd < 0 || all.inputTokens < 0 || all.outputTokens < 0 || !models.length) // a process that failed tells zeros
      return undefined
    const [most] = models.sort((a, b) => b.outputTokens - a.outputTokens || b.inputTokens - a.inputTokens)
    return {
      model: instead ?? most?.model ?? '',
      counts: 'tokens',
      inputTokens: all.inputTokens + all.cacheReadInputTokens + all.cacheCreationInputTokens,
      cachedTokens: all.cacheReadInputTokens,
      outputTokens: all.outputTokens,
      costUsd: models.some(({ costBasis }) => costBasis === 'unknown') ? null : costUsd, // the SDK would guess
      seconds: Math.round(milliseconds / 100) / 10,
      context,
    }
  }

  return {
    /** The conversation that the SDK goes on with. */
    noteLoaded(entries: readonly MemoryEntry[]): void {
      const { data } = CostState.safeParse(entries.findLast(({ type }) => type === 'cost-state'))
      before = data ? { costUsd: data.totalCostUSD, models: data.modelUsage } : { costUsd: 0, models: {} }
    },

    note(item: AnswerItem): void {
      if (item.type === 'system' && item.subtype === 'model_refusal_fallback' && item.scope !== 'local')
        instead = item.fallback_model
    },

    async tell(result: SDKResultMessage, query: Pick<Query, 'getContextUsage'>): Promise<AgentEvent[]> {
      milliseconds += result.duration_ms // one more for what was added to the turn
      const usage = usageOf(result, await contextOf(query))
      return usage ? [{ type: 'usage', usage }] : []
    },
  }
}

/** How full the window is by now; null where the process has nothing to say any more. */
async function contextOf(query: Pick<Query, 'getContextUsage'>): Promise<ContextUse | null> {
  try {
    const late = new Promise<undefined>(resolve => setTimeout(resolve, ASKING_MS, undefined).unref())
    const found = await Promise.race([query.getContextUsage({ detail: 'summary' }), late])
    if (!found)
      return null
    return { used: found.totalTokens, window: found.rawMaxTokens, compactsAt: found.isAutoCompactEnabled ? found.autoCompactThreshold ?? null : null }
  }
  catch {
    return null // its process is gone: what the answer took counts all the same
  }
}

const combine = (a: Totals, b: Totals, sign: 1 | -1): Totals => ({
  inputTokens: a.inputTokens + sign * b.inputTokens,
  outputTokens: a.outputTokens + sign * b.outputTokens,
  cacheReadInputTokens: a.cacheReadInputTokens + sign * b.cacheReadInputTokens,
  cacheCreationInputTokens: a.cacheCreationInputTokens + sign * b.cacheCreationInputTokens,
})
const plus = (a: Totals, b: Totals) => combine(a, b, 1)
const less = (a: Totals, b: Totals) => combine(a, b, -1)
