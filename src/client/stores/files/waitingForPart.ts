import { MissingPartError } from '../../utils/network/loadPart.ts'
import { patiently } from '../../utils/network/patiently.ts'
import { givenRecords, type Given } from '../../utils/storage/intake/givenRecords.ts'
import { takeIn } from '../../utils/storage/intake/intakeStorage.ts'
import type { ShownFiles } from './shownFiles.ts'

/** Held by the tab that prepares what was given in one step. */
export const lockOf = (batch: string): string => `intake ${batch}`

export type WaitingForPart = ReturnType<typeof createWaitingForPart>

/** What becomes of files where what prepares them, or the worker, did not come, because the server went away. */
export function createWaitingForPart(files: ShownFiles) {
  const shown = (sessionId: string, given: readonly Given[]) => given.filter(({ id }) => files.viewsOf(sessionId).some(view => view.id === id))

  /** The page puts them onto the device itself: they are safe, and wait there. One that cannot be put there keeps the others from nothing. */
  async function keepSafe(sessionId: string, batch: string, given: readonly Given[]) {
    const { isRead } = files.filesOf(sessionId)
    await Promise.all(givenRecords(sessionId, batch, given).map(async (record) => {
      try {
        await takeIn([record], isRead)
        files.show(sessionId, files.viewsOf(sessionId).map(view => view.id === record.id ? { ...view, safe: true } : view))
      }
      catch (error) {
        console.warn('This file could not be put onto the device as it was given; it is once it is prepared.', error)
      }
    }))
    files.tell(sessionId)
  }

  /**
   * `work`, once what it needs is here; until then the files are safe, keep their places, and say what they wait for.
   * @param work rejects with a MissingPartError while it is not
   * @returns undefined where nobody wants any of them any more
   */
  async function onceThere<Result>(sessionId: string, batch: string, given: readonly Given[], work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work()
    }
    catch (error) {
      if (!(error instanceof MissingPartError))
        throw error
      await keepSafe(sessionId, batch, shown(sessionId, given))
    }
    const done = await patiently(work, {
      isWanted: () => shown(sessionId, given).length > 0,
      show: ({ gone }) => shown(sessionId, given).forEach(({ id }) => files.wait(sessionId, id, gone ? 'reload' : 'server')),
    })
    shown(sessionId, given).forEach(({ id }) => files.beginHere(sessionId, id))
    return done
  }

  return { onceThere, shown }
}
