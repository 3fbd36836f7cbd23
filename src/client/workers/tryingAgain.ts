import type { Given } from '../utils/storage/intake/givenRecords.ts'
import type { media as tasks } from './media.ts'
import { WorkerLostError } from './workerLost.ts'

/** How often a file is opened again by itself after its worker has died; then it is not opened any more. */
const ALONE = 2

/**
 * A worker that dies takes the preparation of all files with it, and nobody knows which one it was. So they are tried
 * again one at a time, in a new worker each time that one dies: the others are not judged by their company.
 */
export function createTryingAgain(media: Pick<typeof tasks, 'beginAgain'>) {
  let last: Promise<unknown> = Promise.resolve()

  /** @param attach it throws a WorkerLostError only where nothing else can be done */
  async function attempt<Attached>(one: Given, attach: (one: Given) => Promise<Attached>): Promise<Attached> {
    try {
      return await attach(one)
    }
    catch (error) {
      if (!(error instanceof WorkerLostError))
        throw error
      const attached = last.then(() => alone(one, attach))
      last = attached.catch(() => undefined)
      return attached
    }
  }

  async function alone<Attached>(one: Given, attach: (one: Given) => Promise<Attached>, tries = 0): Promise<Attached> {
    const intoFolder = await media.beginAgain(one.id, true).catch(() => false) || tries >= ALONE || one.intoFolder
    try {
      return await attach({ ...one, intoFolder })
    }
    catch (error) {
      if (!(error instanceof WorkerLostError) || tries >= ALONE)
        throw error
      return alone(one, attach, tries + 1)
    }
  }

  return { attempt }
}
