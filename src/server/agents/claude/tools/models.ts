import type { ModelInfo } from '@anthropic-ai/claude-agent-sdk'
import type { AgentModel } from '../../../../shared/protocol/agent.ts'
import { plainLine } from '../../../../shared/plainText.ts'

const NAME_CHARS = 100
const DESCRIPTION_CHARS = 300

/** The SDK lists its default as a model of its own: here it is a mark of the model that it is. */
export function toModels(found: readonly ModelInfo[]): AgentModel[] {
  const standard = found.find(({ value }) => value === 'default')
  const named = found.filter(model => model !== standard)
  const isKnown = named.some(({ resolvedModel }) => resolvedModel !== undefined && resolvedModel === standard?.resolvedModel)
  const first = named.find(({ resolvedModel }) => resolvedModel === standard?.resolvedModel)
  return [...standard && !isKnown ? [standard] : [], ...named].map(model => ({
    id: model.value,
    name: plainLine(model.displayName, NAME_CHARS),
    description: plainLine(model.description, DESCRIPTION_CHARS),
    efforts: model.supportedEffortLevels ?? [],
    isDefault: model === (isKnown ? first : standard),
  }))
}
