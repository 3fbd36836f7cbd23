import { useDeletionsStore } from '../../../stores/sessions/deletions.ts'
import { isWorthAnotherTry } from '../../../utils/network/anotherTry.ts'
import { ApiError, deleteSession, deleteTurn } from '../../../utils/network/api.ts'
import type { Deletion } from '../../../utils/storage/draftSchema.ts'

/** Done on the server, also where another try, or another device, has done it before. @throws ApiError where the server did not do it */
export async function deleteNow({ sessionId, messageId, seen }: Deletion): Promise<void> {
  try {
    await (messageId === undefined ? deleteSession(sessionId, seen) : deleteTurn(sessionId, messageId, seen))
  }
  catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404)
      throw error
  }
}

/**
 * Whoever signs out has decided: what is to be deleted, in whichever tab that was asked for, is deleted while the server
 * still knows who asks for it.
 * @param isLast nothing of it stays on this device, to be done later
 * @throws a sentence for the person where something was not deleted; it can be tried again
 */
export async function finishDeletions(isLast: boolean): Promise<void> {
  const deletions = useDeletionsStore()
  await deletions.read()
  for (const deletion of deletions.kept) {
    try {
      await deleteNow(deletion)
    }
    catch (error) {
      if (isWorthAnotherTry(error) && !isLast)
        continue
      if (!isWorthAnotherTry(error)) // it is not deleted at all
        await deletions.forget(deletion.id)
      throw new Error(`What you have deleted a moment ago is still there. ${(error as Error).message}`, { cause: error })
    }
    await deletions.forget(deletion.id, { hidden: true })
  }
}
