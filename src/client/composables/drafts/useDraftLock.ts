import { useLockStore } from '../../stores/device/lock.ts'
import { hintLocked } from '../../utils/locking/lockHint.ts'
import { mayBeLocked } from '../../utils/locking/lockState.ts'

/** Hears when another tab locks the drafts, or opens them. Where they are locked and nobody has asked, the page begins anew, and asks. */
export async function useDraftLock(): Promise<void> {
  const isOpen = await useLockStore().meet().catch((error: unknown) => {
    console.warn('It is not known whether the drafts are locked.', error)
    return true // nothing can be read at all, which is told elsewhere
  })
  if (isOpen)
    return
  hintLocked(true)
  if (mayBeLocked())
    location.reload()
}
