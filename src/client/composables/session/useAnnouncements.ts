import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { plainLines } from '../../../shared/plainLines.ts'
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
    const spoken = spokenOf(answer.text)
    switch (answer.status) {
      case 'failed': return `The agent could not answer. ${answer.problem ?? ''}`
      case 'cancelled': return `The answer was stopped. ${spoken}`
      default: return `The agent answered: ${spoken}`
    }
  })
}

/** The words without their marks; of a long answer its beginning, which ends with a word. */
function spokenOf(text: string) {
  const words = plainLines(text.slice(0, 4 * SPOKEN_CHARACTERS)).join(' ').replace(/\s+/g, ' ').trim()
  if (words.length <= SPOKEN_CHARACTERS && text.length <= 4 * SPOKEN_CHARACTERS)
    return words
  const cut = words.slice(0, SPOKEN_CHARACTERS)
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : cut.length)}…`
}
