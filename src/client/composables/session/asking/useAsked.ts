import { computed, watch } from 'vue'
import type { PartAnswer, PermissionPart, QuestionPart } from '../../../../shared/protocol/parts.ts'
import { answerId, useAnswersStore } from '../../../stores/answers/answers.ts'
import type { HistoryItem } from '../../../stores/history/historyItem.ts'
import type { Choice } from '../../../utils/storage/draftSchema.ts'
import { inBackground } from '../../../utils/timing/inBackground.ts'
import { useConnection } from '../../connection/useConnection.ts'
import { useFocusAfterAnswer, type Answerable } from './useFocusAfterAnswer.ts'

/**
 * A question or a permission that an agent's message holds: what was begun to be answered, and how to answer it.
 * @param drawn where it is asked, and what stands in that place when it is answered
 */
export function useAsked(message: () => Pick<HistoryItem, 'id' | 'sessionId'>, part: () => QuestionPart | PermissionPart, drawn: Answerable) {
  const answers = useAnswersStore()
  const connection = useConnection()
  const key = computed(() => ({ sessionId: message().sessionId, messageId: message().id, partId: part().id }))
  const id = computed(() => answerId(key.value))
  const kept = computed(() => answers.of(id.value) ?? answers.accepted.get(id.value))
  const choices = computed(() => kept.value?.choices ?? {})
  const problem = computed(() => answers.problems.get(id.value))

  /** `kept`: decided, and waiting on this device for the connection. */
  const state = computed(() => {
    if (answers.accepted.has(id.value))
      return 'accepted'
    if (!kept.value?.given)
      return 'open'
    return connection.state.value === 'open' ? 'sending' : 'kept'
  })

  const keepFocus = useFocusAfterAnswer(() => part().status !== 'waiting', drawn)

  function give(decided: PartAnswer) {
    keepFocus()
    inBackground(answers.give(key.value, decided), 'An answer was not kept.')
  }

  // What was half chosen is of no use when somebody has answered; what was decided is the connection's to finish.
  watch(() => part().status !== 'waiting' && answers.of(id.value) && !answers.of(id.value)?.given, (isOver) => {
    if (isOver)
      inBackground(answers.forget(id.value), 'A half-written answer is still on this device.')
  }, { immediate: true })

  return {
    state, choices, problem, give,
    choose: (changed: Record<string, Choice>) => answers.choose(key.value, changed),
    takeBack: () => inBackground(answers.takeBack(id.value), 'An answer was not taken back.'),
  }
}
