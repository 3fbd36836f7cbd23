import { plainLine } from '../../../../shared/plainText.ts'
import type { AgentEvent } from '../../agent.ts'
import { CreatedTask, TaskChange, TaskList } from './blocks.ts'

const TEXT_CHARS = 500
const MOST_TASKS = 200

type Status = 'pending' | 'in_progress' | 'completed'

/** The list of tasks that Claude keeps, as one part that is replaced as it changes. */
export function createTasks() {
  const tasks = new Map<string, { text: string, status: Status }>()

  const part = (): AgentEvent[] => [{ type: 'part', part: { type: 'tasks', id: 'tasks', items: Array.from(tasks.values()).slice(0, MOST_TASKS) } }]

  function set(id: string, text: string | undefined, status: string | undefined) {
    const known = tasks.get(id)
    if (status === 'deleted')
      return tasks.delete(id)
    tasks.set(id, { text: plainLine(text ?? known?.text ?? `Task ${id}`, TEXT_CHARS), status: isStatus(status) ? status : known?.status ?? 'pending' })
  }

  return {
    /** What a task's tool did. */
    change({ name, input }: { name: string, input: Record<string, unknown> }, result: unknown): AgentEvent[] {
      const created = CreatedTask.safeParse(result).data?.task
      const listed = TaskList.safeParse(result).data?.tasks
      const changed = name === 'TaskUpdate' ? TaskChange.safeParse(input).data : undefined
      if (created)
        set(created.id, created.subject, 'pending')
      listed?.forEach(({ id, subject, status }) => set(id, subject, status))
      if (changed)
        set(changed.taskId, changed.subject, changed.status)
      return tasks.size ? part() : []
    },
  }
}

const isStatus = (status: string | undefined): status is Status => status === 'pending' || status === 'in_progress' || status === 'completed'
