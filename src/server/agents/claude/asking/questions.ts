import type { PermissionResult } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { Question, QuestionPart } from '../../../../shared/protocol/parts.ts'
import { answerTo } from '../../../../shared/parts/answers.ts'
import type { Turn } from '../../agent.ts'
import { askable } from '../../askable.ts'

const TEXT_CHARS = 5000
const text = z.string().transform(words => words.slice(0, TEXT_CHARS))

const Asked = z.object({
  questions: z.array(z.object({
    header: text.optional(),
    question: z.string(),
    options: z.array(z.object({ label: text, description: text.optional() })).max(20),
    multiSelect: z.boolean().optional(),
  })).min(1).max(4),
})

/** Asks the person what Claude wants to know. The answers go back as the tool takes them. */
export async function askQuestions(turn: Turn, input: Record<string, unknown>, id: string): Promise<PermissionResult> {
  const { data } = Asked.safeParse(input)
  if (!data)
    return { behavior: 'deny', message: 'These questions cannot be shown.' }
  const questions = askable(data.questions.map(({ header = '', question, options, multiSelect = false }): Question => ({
    header,
    question: question.slice(0, TEXT_CHARS),
    options: options.map(({ label, description = '' }) => ({ label, description })),
    multiSelect,
  })))
  const { part } = await turn.ask<QuestionPart>({ type: 'question', id, questions, status: 'waiting', answers: null })
  if (part.status !== 'answered' || !part.answers)
    return { behavior: 'deny', message: 'The person does not want to answer this now.' }
  const answers = new Map<string, string>()
  for (const [i, { question }] of data.questions.entries()) {
    const words = answerTo(part, part.questions[i]?.question ?? '')
    answers.set(question, answers.has(question) ? `${answers.get(question)}; ${words}` : words)
  }
  return { behavior: 'allow', updatedInput: { ...input, answers: Object.fromEntries(answers) } }
}
