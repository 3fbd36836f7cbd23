import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { HistoryItem } from '../../stores/history.ts'

/** Characters of an answer that are read aloud by themselves; the rest is there to be read. */
const SPOKEN_CHARACTERS = 600

/**
 * What a screen reader says of the newest answer: that it began, and once, when it ended, what it says. What was
 * there when the session was opened is not announced.
 */
export function useAnnouncements(items: MaybeRefOrGetter<readonly HistoryItem[]>) {
  const begun = new Set<string>()

  return computed(() => {
    const answer = toValue(items).findLast(({ role }) => role === 'assistant')
    if (answer?.status === 'running') {
      begun.add(answer.id)
      return 'The agent is answering.'
    }
    if (!answer || !begun.has(answer.id))
      return ''
    const spoken = answer.text.length > SPOKEN_CHARACTERS ? `${answer.text.slice(0, SPOKEN_CHARACTERS)}…` : answer.text
    switch (answer.status) {
      case 'failed': return `The agent could not answer. ${answer.problem ?? ''}`
      case 'cancelled': return `The answer was stopped. ${spoken}`
      default: return `The agent answered: ${spoken}`
    }
  })
}
