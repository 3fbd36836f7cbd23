import { partsAfter } from '../shared/parts/partEvents.ts'
import type { SessionEvent } from '../shared/protocol/frames.ts'
import type { Part } from '../shared/protocol/parts.ts'
import type { StreamedEvent } from './streamedEvent.ts'

type Event<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>
type PartChange = Event<'part_added' | 'part_updated' | 'part_removed' | 'text_delta'>
type Said = Extract<Part, { text: string, type: 'text' | 'thinking' }>

/**
 * What is said before a server listens, or between two connections, comes as a whole message only: here it comes piece
 * by piece as well, so that whoever reads nothing but `part_added` and `text_delta` has all of it, and nothing twice.
 */
export function createWholeAnswer() {
  let answerId: string | undefined
  /** What was passed on. */
  let told: Part[] = []
  const toldOf = ({ id }: Part) => told.find(part => part.id === id)

  function* pass(event: PartChange) {
    told = partsAfter(told, event)
    yield event
  }

  /** Begins empty: what is there already follows. */
  function* begin(event: Event<'turn_started' | 'message_completed'>): Generator<SessionEvent> {
    if (event.message.id === answerId)
      return
    answerId = event.message.id
    told = []
    const message = event.type === 'turn_started' ? event.message : { ...event.message, status: 'running' as const, usage: null, problem: null }
    yield { ...event, type: 'turn_started', message: { ...message, text: '', parts: [] } }
  }

  function* addMissing({ event_id, session_id, message }: Event<'turn_started' | 'message_completed'>): Generator<SessionEvent> {
    const place = { event_id, previous_event_id: null, session_id, message_id: message.id }
    for (const part of message.parts) {
      if (!toldOf(part))
        yield* pass({ type: 'part_added', ...place, part: isSaid(part) ? { ...part, text: '' } : part })
      const delta = restOf(toldOf(part), part)
      if (delta)
        yield* pass({ type: 'text_delta', ...place, part_id: part.id, delta })
    }
  }

  function* correct({ event_id, session_id, message }: Event<'turn_started' | 'message_completed'>): Generator<SessionEvent> {
    const place = { event_id, previous_event_id: null, session_id, message_id: message.id }
    for (const part of message.parts) {
      if (JSON.stringify(toldOf(part)) !== JSON.stringify(part))
        yield* pass({ type: 'part_updated', ...place, part })
    }
    const ids = new Set(message.parts.map(({ id }) => id))
    for (const part_id of told.map(({ id }) => id).filter(id => !ids.has(id)))
      yield* pass({ type: 'part_removed', ...place, part_id })
  }

  function* catchUp(event: Event<'turn_started' | 'message_completed'>) {
    yield* begin(event)
    yield* addMissing(event)
    yield* correct(event) // what a server that died had told otherwise
  }

  return function* (event: StreamedEvent): Generator<StreamedEvent> {
    switch (event.type) {
      case 'turn_started':
        return yield* catchUp(event)
      case 'message_completed':
        yield* catchUp(event)
        return yield event
      case 'part_added':
      case 'part_updated':
      case 'part_removed':
      case 'text_delta':
        return yield* pass(event)
      default:
        yield event
    }
  }
}

const isSaid = (part: Part): part is Said => part.type === 'text' || part.type === 'thinking'

/** What a text says beyond what was told of it; nothing where it says something else. */
function restOf(told: Part | undefined, part: Part): string {
  return told && isSaid(told) && isSaid(part) && part.text.startsWith(told.text) ? part.text.slice(told.text.length) : ''
}
