import { AgentChoice } from '../../../shared/protocol/agent.ts'

/** Who is to answer, as a file says; nothing where it says nothing that can be one. */
export function toChoice(value: unknown): { choice?: AgentChoice } {
  const { data } = AgentChoice.safeParse(value)
  return data && (data.model !== undefined || data.effort !== undefined) ? { choice: data } : {}
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** As the server takes them: safe as a folder's name. */
export const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value)

export const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest
