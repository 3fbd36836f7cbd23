import type { Message } from '../../shared/protocol/message.ts'
import type { Part } from '../../shared/protocol/parts.ts'
import { PASSING_NOTICES } from '../agents/agent.ts'
import type { Outcome } from './answers.ts'

/** What is still open when its turn ends ends with it: nothing runs, and nobody is asked any more. */
export function endParts(message: Message, { status }: Outcome): Message {
  const endedAt = new Date().toISOString()
  const end = (part: Part): Part => {
    switch (part.type) {
      case 'tool':
        return part.status === 'running' || part.status === 'waiting'
          ? { ...part, status: status === 'complete' ? 'done' : 'failed', endedAt }
          : part
      case 'question':
        return part.status === 'waiting' ? { ...part, status: 'dismissed' } : part
      case 'permission':
        return part.status === 'waiting' ? { ...part, status: 'denied' } : part
      case 'tasks':
        return endTasks(part)
      default:
        return part
    }
  }
  const transient = transientNotices(message.parts)
  return { ...message, parts: message.parts.filter(({ id }) => !transient.includes(id)).map(end) }
}

type TasksPart = Extract<Part, { type: 'tasks' }>

/** What nobody works on any more is still to be done. */
const endTasks = (part: TasksPart): TasksPart =>
  ({ ...part, items: part.items.map(item => item.status === 'in_progress' ? { ...item, status: 'pending' } : item) })

/** Lists of tasks in which something is in progress, as they are when it is not. */
export const endedTasks = (parts: readonly Part[]): TasksPart[] =>
  parts.flatMap(part => part.type === 'tasks' && part.items.some(({ status }) => status === 'in_progress') ? [endTasks(part)] : [])

/** Ids of what was true for the moment only. */
export const transientNotices = (parts: readonly Part[]): string[] =>
  parts.flatMap(part => part.type === 'notice' && PASSING_NOTICES.includes(part.code) ? [part.id] : [])
