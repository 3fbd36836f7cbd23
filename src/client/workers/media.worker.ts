import { setStorageScope } from '../utils/device/storageScope.ts'
import { FileRejectedError } from '../utils/limits/rejection.ts'
import { followServerLimits } from '../utils/limits/serverLimits.ts'
import type { TaskAnswer, TaskRequest } from './remote.ts'
import { tasks } from './tasks.ts'

/** Answers each request under its number; requests run side by side. */
self.addEventListener('message', async ({ data }: MessageEvent<TaskRequest>) => {
  tell(await answer(data))
})

const ready: TaskAnswer[] = []

/** What is ready at the same moment goes in one message: the page then draws once, not once for each. */
function tell(one: TaskAnswer) {
  if (ready.push(one) === 1)
    setTimeout(() => postMessage(ready.splice(0)))
}

async function answer({ number, task, args, scope, limits }: TaskRequest): Promise<TaskAnswer> {
  setStorageScope(scope)
  followServerLimits(limits)
  try {
    if (task === undefined)
      return { number, result: undefined }
    const run = tasks[task as keyof typeof tasks] as (...args: unknown[]) => Promise<unknown>
    return { number, result: await run(...args) }
  }
  catch (error) {
    // Errors lose their class on the way to the page.
    const rejected = error instanceof FileRejectedError ? { fitsFolder: error.fitsFolder } : undefined
    return { number, failure: (error as Error).message, rejected }
  }
}
