import type { Part } from '../../../shared/protocol/parts.ts'
import type { AgentEvent, Turn } from '../agent.ts'

type TasksPart = Extract<Part, { type: 'tasks' }>

/**
 * A list of tasks as an agent works it off: every line of the message that follows does one of them. What is left at
 * the end of the answer is done then, as nothing else is to do. What is recorded as done stays done.
 */
export function createTaskList(items: readonly string[], id: string, turn: Turn) {
  const known = turn.recorded.find(part => part.id === id)
  let told = known?.type === 'tasks' ? known.items.filter(({ status }) => status === 'completed').length : -1
  let done = 0

  function* tell(): Generator<AgentEvent> {
    if (done <= told)
      return
    told = done
    yield { type: 'part', part: asPart(items, id, done) }
  }

  return {
    begin: tell,
    *advance() {
      done = Math.min(done + 1, items.length)
      yield* tell()
    },
    *finish() {
      done = items.length
      yield* tell()
    },
  }
}

const asPart = (items: readonly string[], id: string, done: number): TasksPart => ({
  type: 'tasks', id, items: items.map((text, i) => ({ text, status: i < done ? 'completed' : i === done ? 'in_progress' : 'pending' })),
})
