import type { Counted, Usage, UsageSum } from '../../../shared/protocol/agent.ts'
import { formatBytes } from '../../../shared/attachments.ts'
import { formatDuration } from './durations.ts'

/** "1,234 tokens", or "12 kB" where bytes are counted. */
export function formatCounted(amount: number, counts: Counted): string {
  if (counts === 'bytes')
    return formatBytes(amount)
  return `${amount.toLocaleString('en')} ${amount === 1 ? 'token' : 'tokens'}`
}

/** "US$0.0123": two figures that count, and cents at least. Null where nobody knows. */
function formatCost(costUsd: number): string {
  if (costUsd === 0)
    return 'free'
  const digits = costUsd >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(costUsd)))
  return `US$${costUsd.toFixed(Math.max(2, digits))}`
}

/** One line: what it cost, or how much was said where nobody knows what that costs. */
export const shortUsage = ({ costUsd, counts, outputTokens }: Usage): string =>
  costUsd ? formatCost(costUsd) : formatCounted(outputTokens, counts)

/** What an answer took, as lines for whoever wants to know. */
export const usageLines = ({ model, counts, inputTokens, cachedTokens, outputTokens, costUsd, seconds }: Usage): [name: string, value: string][] => [
  ['Model', model],
  ['Read', formatCounted(inputTokens, counts) + (cachedTokens ? `, ${cachedTokens.toLocaleString('en')} of them from the cache` : '')],
  ['Said', formatCounted(outputTokens, counts)],
  ['Cost', costUsd === null ? 'not known for this model' : `${formatCost(costUsd)}${costUsd ? ', an estimate' : ''}`],
  ['Time', formatDuration(seconds)],
]

/** "2 answers, US$0.02 in all". */
export function sumLine({ answers, costUsd, counts, outputTokens }: UsageSum): string {
  const all = costUsd ? `about ${formatCost(costUsd)}` : `${formatCounted(outputTokens, counts)} said`
  return `${answers} ${answers === 1 ? 'answer' : 'answers'} in this session, ${all}`
}

/** "high" as a name. */
export const effortName = (effort: string): string => effort.charAt(0).toUpperCase() + effort.slice(1)
