import { FileRejectedError } from '../utils/fileUtils.ts'
import * as tasks from './mediaTasks.ts'

type Tasks = typeof tasks
type TaskName = keyof Tasks

export interface TaskRequest { number: number, task: TaskName, args: unknown[] }
export type TaskAnswer =
  | { number: number, result: unknown }
  | { number: number, failure: string, rejected: boolean }

/** `mediaTasks`, run off the page's thread; on it where there are no workers. */
export const media: Tasks = typeof Worker === 'undefined' ? tasks : remote()

function remote(): Tasks {
  const waiting = new Map<number, (answer: TaskAnswer) => void>()
  let worker: Worker | undefined
  let count = 0

  function start() {
    const started = new Worker(new URL('./media.worker.ts', import.meta.url), { type: 'module' })
    started.addEventListener('message', ({ data }: MessageEvent<TaskAnswer[]>) => {
      for (const answer of data) {
        waiting.get(answer.number)?.(answer)
        waiting.delete(answer.number)
      }
    })
    // A worker that did not load or ran out of memory: those who wait are told, the next request starts another.
    started.addEventListener('error', (event) => {
      worker = undefined
      for (const [number, settle] of waiting)
        settle({ number, failure: event.message || 'the worker stopped', rejected: false })
      waiting.clear()
    })
    return started
  }

  function call(task: TaskName, args: unknown[]): Promise<unknown> {
    worker ??= start()
    const number = ++count
    const answer = new Promise<TaskAnswer>(resolve => waiting.set(number, resolve))
    worker.postMessage({ number, task, args } satisfies TaskRequest)
    return answer.then((settled) => {
      if ('result' in settled)
        return settled.result
      throw settled.rejected ? new FileRejectedError(settled.failure) : new Error(settled.failure)
    })
  }

  const names = Object.keys(tasks) as TaskName[]
  return Object.fromEntries(names.map(task => [task, (...args: unknown[]) => call(task, args)])) as unknown as Tasks
}
