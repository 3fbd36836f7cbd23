import { storageScope } from '../utils/device/storageScope.ts'
import { FileRejectedError } from '../utils/limits/rejection.ts'
import { loadPart, missingPart, MissingPartError } from '../utils/network/loadPart.ts'
import { serverLimits } from '../utils/limits/serverLimits.ts'
import { reportProgress } from './conversion/progress.ts'
import type { tasks } from './tasks.ts'

type Tasks = typeof tasks
type TaskName = keyof Tasks

export interface TaskRequest { number: number, task: TaskName, args: unknown[], scope: string, limits: Readonly<Record<string, number>> }
export type TaskAnswer =
  | { number: number, result: unknown }
  /** `rejected`, `missing`: a FileRejectedError or a MissingPartError, and what it says beside its sentence. */
  | { number: number, failure: string, rejected?: { fitsFolder: boolean }, missing?: { gone: boolean } }

/** How far the conversion of an attachment is, which no request asked for. */
export interface TaskProgress { progressOf: string, fraction?: number }

type Call = (task: TaskName, args: unknown[]) => Promise<unknown>

/** `tasks`, run off the page's thread; on it where there are no workers, and only there it is loaded by the page. */
export const media: Tasks = calling(typeof Worker === 'undefined' ? local : remote())

/** The name of the function that is called is the name of the task. */
function calling(call: Call): Tasks {
  return new Proxy({} as Tasks, { get: (_, task: TaskName) => (...args: unknown[]) => call(task, args) })
}

async function local(task: TaskName, args: unknown[]): Promise<unknown> {
  const run = (await loadPart(() => import('./tasks.ts'))).tasks[task] as (...args: unknown[]) => Promise<unknown>
  return run(...args)
}

function remote(): Call {
  const waiting = new Map<number, (answer: TaskAnswer) => void>()
  let worker: Worker | undefined
  let count = 0

  function start() {
    const started = new Worker(new URL('./media.worker.ts', import.meta.url), { type: 'module' })
    started.addEventListener('message', ({ data }: MessageEvent<(TaskAnswer | TaskProgress)[]>) => {
      for (const answer of data) {
        if ('progressOf' in answer) {
          reportProgress(answer.progressOf, answer.fraction)
          continue
        }
        waiting.get(answer.number)?.(answer)
        waiting.delete(answer.number)
      }
    })
    // A worker that did not load or ran out of memory: those who wait are told, the next request starts another.
    started.addEventListener('error', (event) => {
      worker = undefined
      void fail([...waiting], event.message)
      waiting.clear()
    })
    return started
  }

  /** One that was not loaded ends without a message. */
  async function fail(all: [number, (answer: TaskAnswer) => void][], message: string) {
    const missing = message ? undefined : await missingPart()
    for (const [number, settle] of all)
      settle({ number, failure: missing?.message ?? message, missing })
  }

  return (task, args) => {
    worker ??= start()
    const number = ++count
    const answer = new Promise<TaskAnswer>(resolve => waiting.set(number, resolve))
    worker.postMessage({ number, task, args, scope: storageScope(), limits: serverLimits() } satisfies TaskRequest)
    return answer.then((settled) => {
      if ('result' in settled)
        return settled.result
      throw toError(settled)
    })
  }
}

/** Errors lose their class on the way. */
function toError({ failure, rejected, missing }: Extract<TaskAnswer, { failure: string }>): Error {
  if (rejected)
    return new FileRejectedError(failure, rejected)
  return missing ? new MissingPartError(missing.gone) : new Error(failure)
}
