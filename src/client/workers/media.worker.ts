import { FileRejectedError } from '../utils/fileUtils.ts'
import type { TaskAnswer, TaskRequest } from './media.ts'
import { tasks } from './tasks.ts'

/** Answers each request under its number; requests run side by side. */
self.addEventListener('message', async ({ data }: MessageEvent<TaskRequest>) => {
  postMessage(await answer(data))
})

async function answer({ number, task, args }: TaskRequest): Promise<TaskAnswer> {
  try {
    const run = tasks[task] as (...args: unknown[]) => Promise<unknown>
    return { number, result: await run(...args) }
  }
  catch (error) {
    // Errors lose their class on the way to the page.
    return { number, failure: (error as Error).message, rejected: error instanceof FileRejectedError }
  }
}
