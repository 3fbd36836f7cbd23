import { storageScope } from '../utils/device/storageScope.ts'
import { FileRejectedError } from '../utils/limits/rejection.ts'
import { serverLimits } from '../utils/limits/serverLimits.ts'

/** Without a task it asks whether the worker is still there. */
export interface TaskRequest { number: number, task: string | undefined, args: unknown[], scope: string, limits: Readonly<Record<string, number>> }
export type TaskAnswer =
  | { number: number, result: unknown }
  /** `rejected`: a FileRejectedError, and what it says beside its sentence. */
  | { number: number, failure: string, rejected?: { fitsFolder: boolean } }

/** Milliseconds in which a worker answers that lives: the longest that one of its tasks holds it up. */
const PATIENCE = 60_000

/**
 * Tasks in a worker, which is started when it is first needed. An error in it that nobody has caught is not its end: it
 * holds what is nowhere else, and is given up only where it does not answer any more. Then it is ended for good, those
 * who wait are told, and the next request starts another.
 * @param onLost the worker has answered before, and is gone with all it held
 */
export function createRemote(start: () => Worker, onLost: () => void, patience = PATIENCE) {
  const waiting = new Map<number, (answer: TaskAnswer) => void>()
  let worker: Worker | undefined
  let hasAnswered = false
  let count = 0

  function begin(): Worker {
    const started = start()
    hasAnswered = false
    started.addEventListener('message', ({ data }: MessageEvent<TaskAnswer[]>) => {
      hasAnswered = true
      for (const answer of data) {
        waiting.get(answer.number)?.(answer)
        waiting.delete(answer.number)
      }
    })
    started.addEventListener('error', (event) => {
      event.preventDefault()
      const reason = event.message || 'the worker stopped'
      console.warn('Something went wrong in the worker:', reason)
      if (started !== worker)
        return
      if (hasAnswered)
        void giveUpUnlessAlive(started, reason)
      else
        giveUp(reason) // it did not load
    })
    return started
  }

  async function giveUpUnlessAlive(asked: Worker, reason: string) {
    const timer = setTimeout(() => {
      if (asked === worker)
        giveUp(reason)
    }, patience)
    await request(asked, undefined, [])
    clearTimeout(timer)
  }

  function giveUp(failure: string) {
    worker?.terminate()
    worker = undefined
    for (const [number, settle] of [...waiting])
      settle({ number, failure })
    waiting.clear()
    if (hasAnswered)
      onLost()
  }

  function request(to: Worker, task: string | undefined, args: unknown[]) {
    const number = ++count
    const answer = new Promise<TaskAnswer>(resolve => waiting.set(number, resolve))
    to.postMessage({ number, task, args, scope: storageScope(), limits: serverLimits() } satisfies TaskRequest)
    return answer
  }

  return async (task: string, args: unknown[]): Promise<unknown> => {
    worker ??= begin()
    const settled = await request(worker, task, args)
    if ('result' in settled)
      return settled.result
    throw settled.rejected ? new FileRejectedError(settled.failure, settled.rejected) : new Error(settled.failure)
  }
}
