import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { AgentModel } from '../../../shared/protocol/agent.ts'
import { useAgentOfferStore } from '../../stores/choices/agentOffer.ts'
import { useChoicesStore } from '../../stores/choices/choices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'

/** Who answers what is being written: the draft's choice, or whom the session was answered by last. */
export function useAgentChoice(sessionId: MaybeRefOrGetter<string>) {
  const offers = useAgentOfferStore()
  const choices = useChoicesStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()

  watch(() => toValue(sessionId), id => void choices.open(id), { immediate: true })

  const models = computed(() => offers.offer?.models ?? [])
  /** As chosen; null is the default. */
  const chosen = computed(() => {
    const session = toValue(sessionId)
    return choices.of(session) ?? outbox.ofSession(session).findLast(({ choice }) => choice)?.choice ?? sessions.choiceOf(session)
  })
  const standard = computed(() => models.value.find(({ isDefault }) => isDefault))
  const wanted = computed(() => models.value.find(({ id }) => id === chosen.value.model))
  const model = computed<AgentModel | undefined>(() => wanted.value ?? standard.value)
  const effort = computed(() => model.value?.efforts.find(one => one === chosen.value.effort))

  /** Why another one answers than the person chose; undefined where all is well. */
  const remark = computed(() => {
    const { model: id } = chosen.value
    if (!models.value.length || id == null || wanted.value)
      return undefined
    return `The model ${id} is not offered any more. ${standard.value?.name ?? 'The default model'} answers, unless you choose another one.`
  })

  /** An effort goes with a model only where that has it. */
  const chooseModel = ({ id, efforts }: AgentModel) =>
    choices.choose(toValue(sessionId), { model: id, effort: efforts.find(one => one === chosen.value.effort) ?? null })

  const chooseEffort = (id: string | null) =>
    choices.choose(toValue(sessionId), { model: wanted.value?.id ?? null, effort: id })

  return { models, model, effort, remark, chooseModel, chooseEffort }
}
