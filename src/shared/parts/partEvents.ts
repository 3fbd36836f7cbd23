import type { Message } from '../protocol/message.ts'
import type { Part } from '../protocol/parts.ts'

/** What changes an agent's message while it is being made; a subset of a session's events. */
export type PartEvent =
  | { type: 'part_added' | 'part_updated', part: Part }
  | { type: 'part_removed', part_id: string }
  | { type: 'text_delta', part_id: string, delta: string }

type Parts = Pick<Message, 'text' | 'parts'>

/** The message after the event. What the events add up to deep-equals what is stored, on both sides of the wire. */
export function withPartEvent<Target extends Parts>(message: Target, event: PartEvent): Target {
  const parts = partsAfter(message.parts, event)
  return { ...message, parts, text: textOf(parts) }
}

/** What an agent's message says: its text parts, with a blank line between. */
export const textOf = (parts: readonly Part[]): string =>
  parts.flatMap(part => part.type === 'text' && part.text ? [part.text] : []).join('\n\n')

/** The parts of a message after the event. */
export function partsAfter(parts: readonly Part[], event: PartEvent): Part[] {
  if (event.type === 'part_removed')
    return parts.filter(({ id }) => id !== event.part_id)
  if (event.type === 'text_delta')
    return parts.map(part => part.id === event.part_id && (part.type === 'text' || part.type === 'thinking') ? { ...part, text: part.text + event.delta } : part)
  const { part } = event
  return parts.some(({ id }) => id === part.id)
    ? parts.map(other => other.id === part.id ? part : other)
    : [...parts, part]
}
