import { StartError } from '../errors/startError.ts'

/** With what a command ends that did its work, but found that something is lost. */
export const LOST_EXIT = 2

/** Runs one command that takes a folder. */
export async function runCommand(work: (folder: string) => Promise<number | void>, usage: string) {
  const [folder, ...others] = process.argv.slice(2)
  await runToEnd(async () => {
    if (!folder || others.length)
      throw new StartError(usage)
    return work(folder)
  })
}

/** Runs one command to its end: what it says goes to the terminal, and its exit code says whether it is done. */
export async function runToEnd(work: () => Promise<number | void>) {
  process.umask(0o077) // what is copied is for nobody else's eyes
  try {
    process.exitCode = await work() ?? 0
  }
  catch (error) {
    console.error(error instanceof StartError ? error.message : error)
    process.exitCode = error instanceof StartError ? error.exitCode : 1
  }
}
