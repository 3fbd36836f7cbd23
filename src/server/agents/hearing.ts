import type { Usage } from '../../shared/protocol/agent.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import type { AgentEvent } from './agent.ts'

/** Who writes down what an agent does. */
interface Listener {
  say(text: string, part: string, kind?: 'text' | 'thinking'): void
  put(part: Part): void
  remove(part: string): void
  count(usage: Usage): void
}

/** What the agent does becomes the message that it makes. */
export function hearEvent(listener: Listener, event: Exclude<AgentEvent, { type: 'resumable' }>) {
  switch (event.type) {
    case 'delta': return listener.say(event.text, event.part ?? 'text', event.kind)
    case 'part': return listener.put(event.part)
    case 'remove': return listener.remove(event.part)
    case 'usage': return listener.count(event.usage)
  }
}
