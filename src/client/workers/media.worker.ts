import { setStorageScope } from '../utils/device/storageScope.ts'
import { setOpenedLock } from '../utils/locking/lockState.ts'
import { followServerLimits } from '../utils/limits/serverLimits.ts'
import { onProgress } from './conversion/progress.ts'
import { toFailure, type TaskAnswer, type TaskProgress, type TaskRequest } from './taskMessages.ts'
import { tasks } from './tasks.ts'

/** Answers each request under its number; requests run side by side. */
self.addEventListener('message', async ({ data }: MessageEvent<TaskRequest>) => {
  tell(await answer(data))
})

onProgress((progressOf, fraction) => tell({ progressOf, fraction }))

const ready: (TaskAnswer | TaskProgress)[] = []

/** What is ready at the same moment goes in one message: the page then draws once, not once for each. */
function tell(one: TaskAnswer | TaskProgress) {
  if (ready.push(one) === 1)
    setTimeout(() => postMessage(ready.splice(0)))
}

async function answer({ number, task, args, scope, lock, limits }: TaskRequest): Promise<TaskAnswer> {
  setStorageScope(scope)
  setOpenedLock(lock)
  followServerLimits(limits)
  try {
    if (task === undefined)
      return { number, result: undefined }
    const run = tasks[task as keyof typeof tasks] as (...args: unknown[]) => Promise<unknown>
    return { number, result: await run(...args) }
  }
  catch (error) {
    return toFailure(number, error as Error)
  }
}
