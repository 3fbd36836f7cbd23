import { ownValue } from '../../../shared/collections/ownValue.ts'
import type { AnswerValue, Question, QuestionPart } from '../../../shared/protocol/parts.ts'
import type { Choice } from '../storage/draftSchema.ts'

const NO_CHOICE: Choice = { labels: [], other: '', own: false }

/** Characters of an answer in a person's own words. */
export const OTHER_CHARS = 10_000

/** The option was pressed. */
export function withOption({ multiSelect }: Question, choice: Choice, label: string, chosen: boolean): Choice {
  if (!multiSelect)
    return { ...choice, labels: [label], own: false }
  const others = choice.labels.filter(other => other !== label)
  return { ...choice, labels: chosen ? [...others, label] : others }
}

/** Something was written: where one answer is asked for it takes the place of the option. */
export const withOther = (choice: Choice, other: string): Choice => ({ ...choice, other, own: other.trim() !== '' })

/** What is written counts, beside the options or in their place. */
export const countsOwn = ({ multiSelect }: Question, { other, own, labels }: Choice): boolean =>
  other.trim() !== '' && (multiSelect || own || !labels.length)

/** Whether the option counts. */
export const isChosen = (question: Question, choice: Choice, label: string): boolean =>
  choice.labels.includes(label) && (question.multiSelect || !countsOwn(question, choice))

/** The answer to one question; undefined while there is none. Several choices beside own words go as one text. */
function answerTo(question: Question, choice: Choice): AnswerValue | undefined {
  const offered = question.options.map(({ label }) => label).filter(label => isChosen(question, choice, label))
  if (countsOwn(question, choice))
    return { other: [...offered, choice.other.trim()].join(', ').slice(0, OTHER_CHARS) }
  return question.multiSelect ? offered.length ? offered : undefined : offered[0]
}

/** What is chosen of one question so far. */
export const choiceOf = (choices: Readonly<Record<string, Choice>>, { question }: Question): Choice => ownValue(choices, question) ?? NO_CHOICE

/** The answers to all questions of a part, by the question's text; undefined while one of them is missing. */
export function answersTo({ questions }: QuestionPart, choices: Record<string, Choice>): Record<string, AnswerValue> | undefined {
  const answers = questions.map(question => [question.question, answerTo(question, choiceOf(choices, question))] as const)
  return answers.every((entry): entry is readonly [string, AnswerValue] => entry[1] !== undefined) ? Object.fromEntries(answers) : undefined
}
