import { cleanCaption } from '../../../shared/files/caption.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'

/** Characters of a model's or an effort's name, as the server takes them. */
const WORD_CHARS = 200

const isWord = (value: unknown): value is string | null | undefined => value == null || isText(value, WORD_CHARS)

/** Who is to answer, as a file says; nothing where it says nothing that can be one. */
export function toChoice(value: unknown): { choice?: AgentChoice } {
  if (!isRecord(value) || !isWord(value.model) || !isWord(value.effort))
    return {}
  const choice = { model: value.model ?? null, effort: value.effort ?? null }
  return choice.model === null && choice.effort === null && !('model' in value) ? {} : { choice }
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** As the server takes them: safe as a folder's name. */
export const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value)

export const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest

/** What is said of a file, where something is. */
export function toCaption(value: unknown): { caption?: string } {
  const caption = typeof value === 'string' ? cleanCaption(value) : undefined
  return caption === undefined ? {} : { caption }
}
