import { StartError } from '../errors/startError.ts'

/** With what a command ends that did its work, but found that something is lost. */
export const LOST_EXIT = 2

/** Runs one command to its end: what it says goes to the terminal, and its exit code says whether it is done. */
export async function runCommand(work: (folder: string) => Promise<number | void>, usage: string) {
  process.umask(0o077) // what is copied is for nobody else's eyes
  const [folder, ...others] = process.argv.slice(2)
  try {
    if (!folder || others.length)
      throw new StartError(usage)
    process.exitCode = await work(folder) ?? 0
  }
  catch (error) {
    console.error(error instanceof StartError ? error.message : error)
    process.exitCode = error instanceof StartError ? error.exitCode : 1
  }
}
