import type { AgentEvent } from '../agents/agent.ts'
import type { AnswerRecorder } from './answerRecorder.ts'

/** What the agent does becomes the message that it makes. */
export function recordEvent(recorder: AnswerRecorder, event: Exclude<AgentEvent, { type: 'resumable' }>) {
  switch (event.type) {
    case 'delta': return recorder.say(event.text, event.part ?? 'text', event.kind)
    case 'part': return recorder.put(event.part)
    case 'remove': return recorder.remove(event.part)
    case 'usage': return recorder.count(event.usage)
  }
}
