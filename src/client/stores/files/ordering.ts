import type { media as tasks } from '../../workers/media.ts'
import type { joinOrders as join } from '../../utils/storage/order.ts'
import type { logUnreadable as log, ShownFiles } from './shownFiles.ts'

interface Means { files: ShownFiles, media: typeof tasks, joinOrders: typeof join, logUnreadable: typeof log }

/**
 * Puts a draft's files into another order: shown at once, so that nothing jumps back where it is let go, and then on the device.
 * @param ids all that were shown, in their new order
 * @returns false where the device could not keep it: it is this tab's then, and the one that is sent
 */
export async function order({ files, media, joinOrders, logUnreadable }: Means, sessionId: string, ids: readonly string[]): Promise<boolean> {
  const draft = files.filesOf(sessionId)
  draft.order = joinOrders(ids, draft.order)
  draft.wanted = ids
  files.arrange(sessionId)
  const kept = await media.order(sessionId, ids).then(() => true, (error: unknown) => {
    console.warn('The order of these files could not be saved on this device.', error)
    return false
  })
  if (!kept || draft.wanted !== ids)
    return kept
  await files.sync(sessionId).catch(logUnreadable) // what was read before it was kept shows nothing any more
  if (draft.wanted === ids && !files.isPreparing(sessionId)) // else it is kept again when all are ready
    draft.wanted = undefined
  files.tell(sessionId)
  return true
}
