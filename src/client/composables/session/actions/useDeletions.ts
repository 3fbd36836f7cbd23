import { onScopeDispose, watch } from 'vue'
import { useRouter } from 'vue-router'
import { useDeletionsStore } from '../../../stores/sessions/deletions.ts'
import { useNoticesStore } from '../../../stores/notices.ts'
import { useSessionsStore } from '../../../stores/sessions.ts'
import { useTabsStore } from '../../../stores/tabs/tabs.ts'
import { useUndoStore } from '../../../stores/undo.ts'
import type { Deletion } from '../../../utils/storage/draftSchema.ts'
import { createPauses, isWorthAnotherTry } from '../../../utils/network/anotherTry.ts'
import { inBackground } from '../../../utils/timing/inBackground.ts'
import { useConnection } from '../../connection/useConnection.ts'
import { deleteNow } from './finishDeletions.ts'

/** Milliseconds at most until it is tried again, where the server answers and cannot do it just now. */
const LONGEST_PAUSE = 10_000

/** How a person is told of it. */
interface Words {
  /** "Message deleted." */
  done: string
  /** "The message could not be deleted, and is there again." */
  failed: string
  /** Taken back: where the person was. */
  restored?: () => Promise<unknown>
}

const ABOUT_TO_GO = 'This session is about to be deleted. What is sent here keeps it.'

const FAILED = { turn: 'The message could not be deleted, and is there again.', session: 'The session could not be deleted, and is there again.' }

/**
 * Deletions on the server. What is to go is out of sight at once, in all tabs, and may be taken back for a while. Then it
 * is carried out, by one tab: also where the one in which it was asked for is gone by then, and where the server is away.
 */
export function useDeletions() {
  const router = useRouter()
  const deletions = useDeletionsStore()
  const notices = useNoticesStore()
  const sessions = useSessionsStore()
  const tabs = useTabsStore()
  const undo = useUndoStore()
  const { state } = useConnection()
  const closing = new AbortController()
  /** The offers of this tab to take one back. */
  const offers = new Set<string>()
  /** Those that this tab looks after, or waits for another one to do so. */
  const takenUp = new Set<string>()

  /** One tab at a time has it. The next takes it up when that one is gone. */
  function inOneTab(deletion: Deletion, work: () => Promise<void>) {
    const { id } = deletion
    takenUp.add(id)
    inBackground(tabs.alone(`deleting ${id}`, closing.signal, work).finally(() => takenUp.delete(id)), 'What is to be deleted is deleted later.')
  }

  function remove(deletion: Deletion, words: Words): void {
    const { id } = deletion
    deletions.hide(id)
    const decided = new Promise<void>((resolve) => {
      const offer = undo.offer(words.done, async () => {
        await deletions.forget(id)
        over()
        await words.restored?.()
      }, over)
      function over() {
        offers.delete(offer)
        resolve()
      }
      offers.add(offer)
    })
    inOneTab(deletion, async () => {
      if (await deletions.isWanted(id))
        await deletions.keep(deletion)
      await decided
      await carryOut(deletion, words.failed)
    })
  }

  async function carryOut(deletion: Deletion, failed: string): Promise<void> {
    const pauseAfter = createPauses(LONGEST_PAUSE)
    while (await deletions.isWanted(deletion.id)) {
      const failure = await attempt(deletion, failed)
      if (failure === undefined || !await whenPossible(() => pauseAfter(failure, closing.signal)))
        return
    }
  }

  /** @returns why it is to be tried again; undefined: there is nothing more to do */
  async function attempt(deletion: Deletion, failed: string): Promise<unknown> {
    const { sessionId, messageId } = deletion
    try {
      await deleteNow(deletion)
    }
    catch (error) {
      if (isWorthAnotherTry(error))
        return error
      console.error(error)
      await deletions.forget(deletion.id)
      const place = router.currentRoute.value.params.id
      notices.tell(messageId === undefined && typeof place === 'string' ? place : sessionId, `${failed} ${(error as Error).message}`)
      return undefined
    }
    if (messageId === undefined)
      sessions.remove(sessionId)
    await deletions.forget(deletion.id, { hidden: messageId !== undefined }) // the news that it is gone may come later
    return undefined
  }

  const isOpen = () => state.value === 'open'

  /** @returns whether this tab is still there then */
  async function whenPossible(afterPause: () => Promise<boolean>): Promise<boolean> {
    if (isOpen())
      return afterPause()
    await new Promise<void>((resolve) => {
      const stop = watch(state, () => isOpen() && (stop(), resolve()))
    })
    return !closing.signal.aborted
  }

  // Of tabs that are gone, and of others: should these go, too.
  watch(() => deletions.kept, (kept) => {
    for (const deletion of kept.filter(deletion => !takenUp.has(deletion.id))) {
      warnOf(deletion)
      inOneTab(deletion, () => carryOut(deletion, FAILED[deletion.messageId === undefined ? 'session' : 'turn']).finally(() => notices.withdraw(deletion.sessionId, ({ text }) => text === ABOUT_TO_GO)))
    }
  }, { immediate: true })

  void deletions.read()

  /** Who writes in such a session is told first. */
  function warnOf({ sessionId, messageId }: Deletion) {
    if (messageId === undefined)
      notices.tell(sessionId, ABOUT_TO_GO, 'warning')
  }

  /** Whoever goes has decided: it is sent before the page is gone. */
  const onLeave = () => offers.forEach(undo.withdraw)
  addEventListener('pagehide', onLeave)
  onScopeDispose(() => {
    removeEventListener('pagehide', onLeave)
    onLeave()
    closing.abort()
  })

  return {
    /** @param messageId the person's message */
    removeTurn: (sessionId: string, messageId: string): void =>
      remove({ id: messageId, sessionId, messageId, seen: sessions.updatedAtOf(sessionId) }, { done: 'Message deleted.', failed: FAILED.turn }),
    removeSession: (sessionId: string, words: Words): void =>
      remove({ id: sessionId, sessionId, seen: sessions.updatedAtOf(sessionId) }, words),
  }
}
