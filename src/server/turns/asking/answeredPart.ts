import { ownValue } from '../../../shared/collections/ownValue.ts'
import type { AnswerValue, PartAnswer, PermissionPart, Question, QuestionPart } from '../../../shared/protocol/parts.ts'
import type { AskedPart } from '../../agents/agent.ts'
import { refusal } from '../../errors/problems.ts'

/** The part as the answer makes it. @throws `ProblemError` 422 where the answer is none that was offered */
export function answeredPart(part: AskedPart, given: PartAnswer, user: string): AskedPart {
  return part.type === 'question' ? answeredQuestion(part, given) : answeredPermission(part, given, user)
}

function answeredQuestion(part: QuestionPart, { answers, dismiss }: PartAnswer): QuestionPart {
  if (dismiss)
    return { ...part, status: 'dismissed' }
  if (!answers)
    throw notOffered('A question is answered with “answers”, or dismissed.')
  const unknown = Object.keys(answers).find(text => !part.questions.some(({ question }) => question === text))
  if (unknown !== undefined)
    throw notOffered('One of these questions was not asked.')
  for (const question of part.questions)
    requireOffered(question, ownValue(answers, question.question))
  return { ...part, status: 'answered', answers }
}

function requireOffered({ question, options, multiSelect }: Question, value: AnswerValue | undefined) {
  const labels = options.map(({ label }) => label)
  if (value === undefined)
    throw notOffered(`“${question}” is not answered.`)
  if (typeof value === 'object' && !Array.isArray(value))
    return requireWritten(question, value.other)
  const chosen = Array.isArray(value) ? value : [value]
  if (Array.isArray(value) && !multiSelect && value.length !== 1)
    throw notOffered(`“${question}” takes one answer.`)
  if (!chosen.length || !chosen.every(label => labels.includes(label)))
    throw notOffered(`“${question}” does not offer this answer. What is not offered is given as “other”.`)
}

function requireWritten(question: string, other: string) {
  if (!other.trim())
    throw notOffered(`“${question}” is answered with “other”, in which nothing is written.`)
}

function answeredPermission(part: PermissionPart, { allow }: PartAnswer, user: string): PermissionPart {
  if (allow === undefined)
    throw notOffered('A permission is answered with “allow”: "once", "session" or false.')
  if (allow === 'session' && !part.mayRemember)
    throw notOffered('This can only be allowed once.')
  return { ...part, status: allow === false ? 'denied' : 'allowed', answeredBy: user }
}

const notOffered = (sentence: string) => refusal(422, 'not_offered', sentence)
