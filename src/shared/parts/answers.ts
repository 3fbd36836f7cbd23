import { ownValue } from '../collections/ownValue.ts'
import type { AnswerValue, QuestionPart } from '../protocol/parts.ts'

/** An answer as one reads it: several choices with a comma between them. */
export function answerText(value: AnswerValue): string {
  if (typeof value === 'string')
    return value
  return Array.isArray(value) ? value.join(', ') : value.other
}

/** What a person has answered to one of a part's questions, as one reads it; empty while nobody has. */
export function answerTo({ answers }: Pick<QuestionPart, 'answers'>, question: string): string {
  const value = ownValue(answers ?? {}, question)
  return value === undefined ? '' : answerText(value)
}
