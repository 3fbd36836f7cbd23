import { loadPart } from '../utils/network/loadPart.ts'
import { createRemote } from './remote.ts'
import type { tasks } from './tasks.ts'

type Tasks = typeof tasks
type TaskName = keyof Tasks

const lostListeners = new Set<() => void>()

/** Told when the worker has died, and with it what only it held: files that found no room on the device, and what could be undone. */
export const onWorkerLost = (listener: () => void): void => void lostListeners.add(listener)

/** `tasks`, run off the page's thread; on it where there are no workers, and only there it is loaded by the page. */
export const media: Tasks = calling(typeof Worker === 'undefined' ? local : createRemote(startWorker, () => lostListeners.forEach(listener => listener())))

/** The name of the function that is called is the name of the task. */
function calling(call: (task: TaskName, args: unknown[]) => Promise<unknown>): Tasks {
  return new Proxy({} as Tasks, { get: (_, task: TaskName) => (...args: unknown[]) => call(task, args) })
}

async function local(task: TaskName, args: unknown[]): Promise<unknown> {
  const run = (await loadPart(() => import('./tasks.ts'))).tasks[task] as (...args: unknown[]) => Promise<unknown>
  return run(...args)
}

function startWorker() {
  return new Worker(new URL('./media.worker.ts', import.meta.url), { type: 'module' })
}
