import { computed, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { plainLines } from '../../../shared/plainLines.ts'
import { plainLine } from '../../../shared/plainText.ts'
import type { PermissionPart, QuestionPart } from '../../../shared/protocol/parts.ts'
import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { waitingPart } from '../../utils/parts/progress.ts'

/** Characters of an answer that are read aloud by themselves; the rest is there to be read. */
const SPOKEN_CHARACTERS = 600

/**
 * What a screen reader says of the newest answer: that it began, and once, when it ended, what it says. What was
 * complete when the session was opened is not announced.
 */
export function useAnnouncements(items: MaybeRefOrGetter<readonly HistoryItem[]>, isLoaded: MaybeRefOrGetter<boolean>) {
  const announcement = shallowRef('')
  const newest = computed(() => toValue(items).findLast(({ role }) => role === 'assistant'))
  /** Answers whose end was told, or is nothing new. */
  const told = new Set<string>()

  /** Each question is told once, also where it waits when the session is opened. */
  const asked = computed(() => newest.value && waitingPart(newest.value.parts))
  watch([() => asked.value?.id, () => toValue(isLoaded)], () => {
    if (asked.value && toValue(isLoaded))
      announcement.value = questionOf(asked.value)
  }, { immediate: true, flush: 'post' })

  watch([() => newest.value?.id, () => newest.value?.status, () => toValue(isLoaded)], (_now, before) => {
    const answer = newest.value
    const wasLoaded = before.at(2) === true
    if (!answer || !toValue(isLoaded))
      return
    if (answer.status === 'running') {
      announcement.value = 'The agent is answering.'
    }
    else if (!told.has(answer.id)) {
      told.add(answer.id)
      announcement.value = wasLoaded ? endOf(answer) : ''
    }
  }, { immediate: true })

  return announcement
}

function questionOf(part: QuestionPart | PermissionPart) {
  const said = part.type === 'question' ? part.questions.map(({ question }) => question).join(' ') : part.title
  const words = plainLine(said, SPOKEN_CHARACTERS)
  return part.type === 'question' ? `The agent asks: ${words}` : `The agent asks for your permission: ${words}`
}

function endOf({ status, text, problem }: HistoryItem) {
  switch (status) {
    case 'failed': return `The agent could not answer. ${problem ?? ''}`.trim()
    case 'cancelled': return `The answer was stopped. ${spokenOf(text)}`.trim()
    default: return text ? `The agent answered: ${spokenOf(text)}` : 'The agent is done.'
  }
}

/** The words without their marks; of a long answer its beginning, which ends with a word. */
function spokenOf(text: string) {
  const words = plainLines(text.slice(0, 4 * SPOKEN_CHARACTERS)).join(' ').replace(/\s+/g, ' ').trim()
  if (words.length <= SPOKEN_CHARACTERS && text.length <= 4 * SPOKEN_CHARACTERS)
    return words
  const cut = words.slice(0, SPOKEN_CHARACTERS)
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : cut.length)}…`
}
