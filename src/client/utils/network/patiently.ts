import { pause } from '../timing/pause.ts'
import { MissingPartError } from './loadPart.ts'

/** Milliseconds until it is looked again whether the server has what a file needs: first, and at most. */
const SOON = 2000
const LONGEST = 30_000

/** How it is shown that something waits for the server. */
interface Waiting {
  /** False: the file was removed, say, or is in no draft that this tab shows. */
  isWanted: () => boolean
  show: (missing: MissingPartError) => void
  /** Before each further try. */
  beginAgain?: () => Promise<unknown>
}

/**
 * A part of the app that is needed did not come: it is tried again until it did.
 * @param work rejects with a MissingPartError then
 * @returns undefined where nobody wants it any more
 */
export async function patiently<Result>(work: () => Promise<Result>, { isWanted, show, beginAgain }: Waiting): Promise<Result | undefined> {
  for (let wait = SOON; ; wait = Math.min(2 * wait, LONGEST)) {
    try {
      return await work()
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
      await beginAgain?.()
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
