import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Tasks } from '../answer/tasks.ts'

/** What may be the name of a file. */
const NUMBER = /^\d+$/

/**
 * Puts the tasks of a conversation where the agent's process looks for them when it goes on with it: the SDK brings
 * back what was said, into a folder of its own, and not the tasks. At once, as a process is started at once.
 * @param environment the process's
 * @param session the SDK's
 */
export function writeTasks({ CLAUDE_CONFIG_DIR }: Record<string, string | undefined>, session: string | undefined, tasks: Tasks): void {
  const { tasks: all, highest } = tasks.list()
  if (!CLAUDE_CONFIG_DIR || session === undefined || !highest)
    return
  const folder = path.join(CLAUDE_CONFIG_DIR, 'tasks', session)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(folder, '.highwatermark'), String(highest)) // no number is given twice
  for (const task of all.filter(({ id }) => NUMBER.test(id)))
    writeFileSync(path.join(folder, `${task.id}.json`), JSON.stringify(task))
}
