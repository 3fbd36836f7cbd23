import type { Part, PermissionPart, QuestionPart } from '../../../shared/protocol/parts.ts'

/** What the agent asks, and nobody has answered yet; the first of them. */
export const waitingPart = (parts: readonly Part[]): QuestionPart | PermissionPart | undefined =>
  parts.find((part): part is QuestionPart | PermissionPart => (part.type === 'question' || part.type === 'permission') && part.status === 'waiting')

/** Nothing of a running answer shows just now that it goes on: no word comes, nothing runs, nothing is asked. */
export function isBetween(parts: readonly Part[]): boolean {
  const last = parts.at(-1)
  if (waitingPart(parts) || parts.some(part => part.type === 'tool' && part.status === 'running'))
    return false
  return last === undefined || (last.type === 'text' ? last.text === '' : last.type !== 'thinking' || last.seconds !== null)
}
