import type { SDKAssistantMessage, SDKPartialAssistantMessage } from '@anthropic-ai/claude-agent-sdk'
import type { AgentEvent } from '../../agent.ts'
import { AbandonedBlocks } from './blocks.ts'

type Kind = 'text' | 'thinking'
type StreamEvent = SDKPartialAssistantMessage['event']

interface Spoken { id: string, kind: Kind, text: string, startedAt: number }

/** One message of the API, as far as it is known. */
interface ApiMessage {
  id: string
  /** By the index of their blocks; those that a stream began. */
  streamed: Map<number, Spoken>
  /** Ids of parts whose whole block is known: they count. */
  whole: Set<string>
  /** How many parts there are of each kind. */
  counts: Record<Kind, number>
  ended: boolean
}

/**
 * What Claude says and thinks, as parts. Their ids come from the API's message and the place in it, so that a part
 * has the same one whether it is heard in a stream, at once, or read in a transcript.
 */
export function createSpokenParts() {
  let current: ApiMessage | undefined

  const begin = (id: string): ApiMessage => ({ id, streamed: new Map(), whole: new Set(), counts: { text: 0, thinking: 0 }, ended: false })

  const nextId = (message: ApiMessage, kind: Kind) => `${message.id}-${kind}-${message.counts[kind]++}`

  /** What a stream began that broke off is said again by another message. */
  function withdraw(message: ApiMessage | undefined, from = 0): AgentEvent[] {
    const lost = Array.from(message?.streamed ?? []).filter(([index, part]) => index >= from && part.id && !message?.whole.has(part.id))
    lost.forEach(([index]) => message?.streamed.delete(index))
    return lost.map(([, { id }]) => ({ type: 'remove', part: id }))
  }

  function grow(index: number, text: string): AgentEvent[] {
    const part = current?.streamed.get(index)
    if (!current || !part || !text)
      return []
    part.id ||= nextId(current, part.kind)
    part.text += text
    return [{ type: 'delta', text, part: part.id, kind: part.kind }]
  }

  function open(index: number, kind: string) {
    if (kind === 'text' || kind === 'thinking')
      current?.streamed.set(index, { id: '', kind, text: '', startedAt: Date.now() })
  }

  function close(index: number): AgentEvent[] {
    const part = current?.streamed.get(index)
    if (part?.kind !== 'thinking' || !part.id)
      return []
    const seconds = Math.round((Date.now() - part.startedAt) / 100) / 10
    return [{ type: 'part', part: { type: 'thinking', id: part.id, text: part.text, seconds } }]
  }

  function beginMessage(id: string): AgentEvent[] {
    if (current?.id === id)
      return []
    const withdrawn = current && !current.ended ? withdraw(current) : []
    current = begin(id)
    return withdrawn
  }

  function endMessage(frame: SDKPartialAssistantMessage): AgentEvent[] {
    const abandoned = AbandonedBlocks.safeParse(frame).data?.abandoned_blocks
    if (abandoned?.api_message_id === current?.id)
      return withdraw(current, abandoned?.from_block_index)
    if (current)
      current.ended = true
    return []
  }

  function completeBlock(kind: Kind, text: string): { id: string, events: AgentEvent[] } {
    const known = Array.from(current?.streamed.values() ?? []).find(part => part.kind === kind && part.id && !current?.whole.has(part.id))
    const id = known?.id ?? (current ? nextId(current, kind) : '')
    current?.whole.add(id)
    if (known?.text === text)
      return { id, events: [] }
    return { id, events: [{ type: 'part', part: kind === 'text' ? { type: kind, id, text } : { type: kind, id, text, seconds: null } }] }
  }

  return {
    /** A piece of a stream. */
    hear(frame: SDKPartialAssistantMessage): AgentEvent[] {
      const event: StreamEvent = frame.event
      switch (event.type) {
        case 'message_start': return beginMessage(event.message.id)
        case 'content_block_start': return open(event.index, event.content_block.type) ?? []
        case 'content_block_delta': return grow(event.index, wordsOf(event.delta))
        case 'content_block_stop': return close(event.index)
        case 'message_stop': return endMessage(frame)
        default: return []
      }
    },

    /** One or more whole blocks, streamed before or not. Also says which parts they are. */
    complete(message: SDKAssistantMessage): { events: AgentEvent[], ids: string[] } {
      const events = beginMessage(message.message.id)
      const completed = message.message.content.flatMap(saidIn).map(({ kind, text }) => completeBlock(kind, text))
      return { events: [...events, ...completed.flatMap(one => one.events)], ids: completed.map(({ id }) => id) }
    },
  }
}

function saidIn(block: SDKAssistantMessage['message']['content'][number]): { kind: Kind, text: string }[] {
  if (block.type === 'text' && block.text)
    return [{ kind: 'text', text: block.text }]
  return block.type === 'thinking' && block.thinking ? [{ kind: 'thinking', text: block.thinking }] : []
}

function wordsOf(delta: Extract<StreamEvent, { type: 'content_block_delta' }>['delta']): string {
  if (delta.type === 'text_delta')
    return delta.text
  return delta.type === 'thinking_delta' ? delta.thinking : ''
}
