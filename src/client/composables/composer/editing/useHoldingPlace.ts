import { useEditsStore } from '../../../stores/edits/edits.ts'
import { useOutboxStore } from '../../../stores/outbox.ts'
import { isWorthAnotherTry, waitAfter } from '../../../utils/network/anotherTry.ts'
import { beginEditing, endEditing } from '../../../utils/network/api.ts'
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
    const isHeld = () => held.get(sessionId) === id && isEdited(sessionId, id)
    for (let wait = isHeld() && await say(sessionId, id); wait; wait = isHeld() && await say(sessionId, id))
      await new Promise(resolve => setTimeout(resolve, wait))
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

/** @returns milliseconds until it is to be said again: it was understood, or may be then; undefined: never */
async function say(sessionId: string, id: string): Promise<number | undefined> {
  try {
    await beginEditing(sessionId, id)
    return AGAIN_MS
  }
  catch (error) {
    return isWorthAnotherTry(error) ? waitAfter(error, AGAIN_MS) : undefined
  }
}
