import { useHiddenTurnsStore } from '../../../stores/history/hiddenTurns.ts'
import { useNoticesStore } from '../../../stores/notices.ts'
import { useUndoStore } from '../../../stores/undo.ts'
import { deleteTurn } from '../../../utils/network/api.ts'

/** Deletes a message with its answers: out of sight at once, and gone when nobody has taken it back. */
export function useTurnRemoval() {
  const hidden = useHiddenTurnsStore()
  const notices = useNoticesStore()
  const undo = useUndoStore()

  async function destroy(sessionId: string, id: string): Promise<void> {
    try {
      await deleteTurn(sessionId, id)
    }
    catch (error) {
      console.error(error)
      hidden.show(id)
      notices.tell(sessionId, `The message could not be deleted, and is there again. ${(error as Error).message}`)
    }
  }

  /** @param id the person's message */
  function remove(sessionId: string, id: string): void {
    hidden.hide(id)
    undo.offer('Message deleted.', async () => hidden.show(id), () => void destroy(sessionId, id))
  }

  return { remove }
}
