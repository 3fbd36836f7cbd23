import type { media as tasks } from '../../workers/media.ts'
import type { Given } from '../../workers/media/intakeTasks.ts'
import { WorkerLostError } from '../../workers/workerLost.ts'
import { MissingPartError } from '../../utils/network/loadPart.ts'
import { pause } from '../../utils/timing/pause.ts'

/** How often a file is opened again by itself after its worker has died; then it is not opened any more. */
const ALONE = 2

/** Milliseconds until it is looked again whether the server has what a file needs: first, and at most. */
const SOON = 2000
const LONGEST = 30_000

/** How a file is shown that waits for the server. */
interface Waiting {
  /** False: it was removed, or is in no draft that this tab shows. */
  isWanted: () => boolean
  show: (missing: MissingPartError) => void
  /** Before each further try. */
  beginAgain: () => Promise<unknown>
}

/**
 * What a file needs did not come, which is not its fault: it stays where it is, and is tried again until it did.
 * @param attach rejects with a MissingPartError then
 * @returns undefined where nobody wants it any more
 */
export async function patiently<Attached>(attach: () => Promise<Attached>, { isWanted, show, beginAgain }: Waiting): Promise<Attached | undefined> {
  for (let wait = SOON; ; wait = Math.min(2 * wait, LONGEST)) {
    try {
      return await attach()
    }
    catch (error) {
      if (!(error instanceof MissingPartError))
        throw error
      if (!isWanted())
        return undefined
      show(error)
      await untilOnline(wait)
      if (!isWanted())
        return undefined
      await beginAgain()
    }
  }
}

/** Or until so many milliseconds have passed: a server that was away says nothing when it is there again. */
async function untilOnline(milliseconds: number) {
  const online = new AbortController()
  addEventListener('online', () => online.abort(), { signal: online.signal })
  await pause(milliseconds, online.signal)
  online.abort()
}

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
