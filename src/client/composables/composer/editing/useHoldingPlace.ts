import { useEditsStore } from '../../../stores/edits/edits.ts'
import { useOutboxStore } from '../../../stores/outbox.ts'
import { ApiError, beginEditing, endEditing } from '../../../utils/network/api.ts'
import type { EndedEdit } from '../../../utils/storage/edits/endedStorage.ts'

/** Milliseconds between two times at which the server is told: it counts on one in a minute and a half. */
const AGAIN_MS = 25_000

/** The message whose place is held, by session: also when that session is not shown. */
const held = new Map<string, string>()

/** The agent does not begin with a message that waits while it is being edited: the server is told so as long as that is. */
export function useHoldingPlace() {
  const edits = useEditsStore()
  const outbox = useOutboxStore()

  /** Also when the change is on its way. */
  const isEdited = (sessionId: string, id: string) =>
    edits.of(sessionId) === id || outbox.ofSession(sessionId).some(({ replaces }) => replaces === id)

  /** Until the edit is over, or the server says that it waits no longer. */
  async function hold(sessionId: string, id: string): Promise<void> {
    if (held.get(sessionId) === id)
      return
    held.set(sessionId, id)
    while (held.get(sessionId) === id && isEdited(sessionId, id) && await say(sessionId, id))
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
    if (held.get(sessionId) === id)
      held.delete(sessionId)
  }

  /** An edit has ended without being sent: the agent may begin at once. Where the server cannot be told it begins somewhat later. */
  function release(sessionId: string, { edit: { replaces, waited } }: EndedEdit): void {
    if (waited)
      endEditing(sessionId, replaces).catch(() => undefined)
  }

  return { hold, release }
}

/** @returns whether to say it again: nothing was heard, it was understood, or another person was faster */
async function say(sessionId: string, id: string): Promise<boolean> {
  try {
    await beginEditing(sessionId, id)
    return true
  }
  catch (error) {
    return !(error instanceof ApiError) || error.code === 'being_edited' || error.status < 400 || error.status === 429 || error.status >= 500
  }
}
