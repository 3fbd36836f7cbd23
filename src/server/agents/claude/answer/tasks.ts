import { plainLine } from '../../../../shared/plainText.ts'
import type { AgentEvent } from '../../agent.ts'
import { CreatedTask, RefusedChange, TaskChange, TaskList } from './blocks.ts'

const TEXT_CHARS = 500
const MOST_TASKS = 200

type Status = 'pending' | 'in_progress' | 'completed'

/** As the SDK writes it down. */
export interface Task {
  id: string
  subject: string
  description: string
  status: Status
  /** The ids of those that wait for it, and of those that it waits for. */
  blocks: string[]
  blockedBy: string[]
}

/** A use of a task's tool. */
export interface TaskCall { name: string, input: Record<string, unknown> }

export type Tasks = ReturnType<typeof createTasks>

/** The list of tasks that Claude keeps, as one part that is replaced as it changes. */
export function createTasks() {
  const tasks = new Map<string, Task>()
  /** Was done in an earlier answer: it is not told again. */
  const past = new Set<string>()
  let highest = 0

  function set(id: string, { status, ...change }: Partial<Pick<Task, 'subject' | 'description'>> & { status?: string }) {
    past.delete(id)
    highest = Math.max(highest, Number(id) || 0)
    if (status === 'deleted')
      return void tasks.delete(id)
    const known = tasks.get(id) ?? { id, subject: `Task ${id}`, description: '', status: 'pending', blocks: [], blockedBy: [] }
    tasks.set(id, { ...known, ...change, status: isStatus(status) ? status : known.status })
  }

  /** The second waits for the first. */
  function wait(first: string, second: string) {
    const [one, other] = [tasks.get(first), tasks.get(second)]
    if (!one || !other || one.blocks.includes(second))
      return
    one.blocks.push(second)
    other.blockedBy.push(first)
  }

  function update(input: Record<string, unknown>) {
    const { data } = TaskChange.safeParse(input)
    if (!data)
      return
    const { taskId, addBlocks, addBlockedBy, ...change } = data
    set(taskId, change)
    addBlocks.forEach(id => wait(taskId, id))
    addBlockedBy.forEach(id => wait(id, taskId))
  }

  function apply({ name, input }: TaskCall, result: unknown) {
    const created = CreatedTask.safeParse(result).data?.task
    if (created)
      set(created.id, { description: textOf(input.description), ...created, status: 'pending' })
    TaskList.safeParse(result).data?.tasks.forEach(({ id, ...listed }) => past.has(id) || set(id, listed))
    if (name === 'TaskUpdate' && !RefusedChange.safeParse(result).success)
      update(input)
  }

  return {
    /** What a task's tool did. */
    change(call: TaskCall, result: unknown): AgentEvent[] {
      apply(call, result)
      const shown = Array.from(tasks.values()).filter(({ id }) => !past.has(id))
      const items = shown.slice(0, MOST_TASKS).map(({ subject, status }) => ({ text: plainLine(subject, TEXT_CHARS), status }))
      return items.length ? [{ type: 'part', part: { type: 'tasks', id: 'tasks', items } }] : []
    },

    /** What the tools did in earlier answers, in order. */
    remember(changes: Iterable<readonly [TaskCall, unknown]>): void {
      for (const [call, result] of changes)
        apply(call, result)
      tasks.forEach(({ id, status }) => status === 'completed' && past.add(id))
    },

    /** The list as it is, and the highest number that was given. */
    list: () => ({ tasks: Array.from(tasks.values()), highest }),
  }
}

const textOf = (value: unknown) => typeof value === 'string' ? value : ''
const isStatus = (status: string | undefined): status is Status => status === 'pending' || status === 'in_progress' || status === 'completed'
