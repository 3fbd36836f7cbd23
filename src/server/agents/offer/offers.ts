import type { AgentChoice, AgentModel, AgentOffer } from '../../../shared/protocol/agent.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import { refusal } from '../../errors/problems.ts'
import type { Agent, Turn } from '../agent.ts'

export type Offers = ReturnType<typeof createOffers>

const NOTHING = { models: [], tools: [], commands: [], limits: { budgetUsd: null } }

/** What the agent offers, and whether it is what somebody wants. */
export function createOffers(agent: Agent) {
  /** @throws a 503 where it cannot be known just now */
  async function offer(): Promise<AgentOffer> {
    try {
      return { name: agent.name, description: agent.description, ...await agent.offer?.() ?? NOTHING, steers: agent.steers === true }
    }
    catch (error) {
      throw Object.assign(refusal(503, 'offer_unknown', 'The server cannot say just now which models there are. Try it again in a moment.'), { cause: error })
    }
  }

  return {
    offer,

    /** @throws a 422 that says what there is */
    async require(choice: AgentChoice = {}): Promise<void> {
      if (choice.model == null && choice.effort == null)
        return
      const problem = problemOf(choice, (await offer()).models)
      if (problem !== undefined)
        throw refusal(422, 'model_not_offered', problem)
    },

    /** Of a choice that may be old: as much of it as there still is. What is gone is told of, and costs nobody the answer. */
    async available({ model, effort }: { model: string | null, effort: string | null }, tell: (notice: Part) => void = () => {}): Promise<Pick<Turn, 'model' | 'effort'>> {
      if (model === null && effort === null)
        return {}
      const { models } = await offer()
      if (problemOf({ model }, models) !== undefined) {
        tell(changedModel(model, models))
        return {}
      }
      const isKnown = problemOf({ model, effort }, models) === undefined
      return { ...model !== null && { model }, ...effort !== null && isKnown && { effort } }
    },
  }
}

/** Undefined where it is offered. */
function problemOf({ model, effort }: AgentChoice, models: readonly AgentModel[]): string | undefined {
  const found = models.find(({ id, isDefault }) => model == null ? isDefault : id === model)
  if (!found && model != null)
    return `The model “${model}” is not offered here. ${models.length ? `Choose one of these: ${list(models.map(({ id }) => id))}.` : 'This agent has none to choose from.'}`
  if (effort == null || found?.efforts.includes(effort))
    return undefined
  return `The effort “${effort}” is not offered here. ${found?.efforts.length ? `${found.name} has these: ${list(found.efforts)}.` : 'It cannot be chosen for this model.'}`
}

const list = (names: readonly string[]) => new Intl.ListFormat('en').format(names)

function changedModel(model: string | null, models: readonly AgentModel[]): Part {
  const answers = models.find(({ isDefault }) => isDefault)?.name ?? 'the default model'
  return { type: 'notice', id: 'model-changed', code: 'model_changed', text: `The model ${model ?? ''} is not offered any more: ${answers} answers instead.` }
}
