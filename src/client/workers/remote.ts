import { storageScope } from '../utils/device/storageScope.ts'
import { serverLimits } from '../utils/limits/serverLimits.ts'
import { openedLock } from '../utils/locking/lockState.ts'
import { missingPart } from '../utils/network/loadPart.ts'
import { reportProgress } from './conversion/progress.ts'
import { toError, type TaskAnswer, type TaskProgress, type TaskRequest } from './taskMessages.ts'

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
    started.addEventListener('message', ({ data }: MessageEvent<(TaskAnswer | TaskProgress)[]>) => {
      hasAnswered = true
      data.forEach(take)
    })
    started.addEventListener('error', (event) => {
      event.preventDefault()
      console.warn('Something went wrong in the worker:', event.message)
      if (started !== worker)
        return
      if (hasAnswered)
        void giveUpUnlessAlive(started, event.message)
      else
        giveUp(event.message) // it did not load
    })
    return started
  }

  function take(answer: TaskAnswer | TaskProgress) {
    if ('progressOf' in answer)
      return reportProgress(answer.progressOf, answer.fraction)
    waiting.get(answer.number)?.(answer)
    waiting.delete(answer.number)
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
    void fail([...waiting], failure)
    waiting.clear()
    if (hasAnswered)
      onLost()
  }

  /** One that was not loaded ends without a message. */
  async function fail(all: [number, (answer: TaskAnswer) => void][], message: string) {
    const lost = hasAnswered
    const missing = message || lost ? undefined : await missingPart()
    for (const [number, respond] of all)
      respond({ number, failure: missing?.message ?? (message || 'the worker stopped'), missing, lost })
  }

  function request(to: Worker, task: string | undefined, args: unknown[]) {
    const number = ++count
    const answer = new Promise<TaskAnswer>(resolve => waiting.set(number, resolve))
    to.postMessage({ number, task, args, scope: storageScope(), lock: openedLock(), limits: serverLimits() } satisfies TaskRequest)
    return answer
  }

  return async (task: string, args: unknown[]): Promise<unknown> => {
    worker ??= begin()
    const answer = await request(worker, task, args)
    if ('result' in answer)
      return answer.result
    throw toError(answer)
  }
}
