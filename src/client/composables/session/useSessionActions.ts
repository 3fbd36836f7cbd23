import { useRouter } from 'vue-router'
import { nameInSentence } from '../../../shared/plainText.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOverlaysStore } from '../../stores/navigation/overlays.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { useUndoStore } from '../../stores/undo.ts'
import { exportUrl } from '../../utils/network/api.ts'
import { useDiscard } from '../drafts/useDiscard.ts'

/** What can be done with a session, from wherever it is named. */
export function useSessionActions() {
  const router = useRouter()
  const notices = useNoticesStore()
  const overlays = useOverlaysStore()
  const sessions = useSessionsStore()
  const undo = useUndoStore()
  const { discardDraft } = useDiscard()

  const isOpen = (id: string) => router.currentRoute.value.params.id === id

  async function attempt(id: string, what: string, work: () => Promise<void>) {
    try {
      await work()
    }
    catch (error) {
      console.error(error)
      const place = router.currentRoute.value.params.id
      notices.tell(typeof place === 'string' ? place : id, `${what}. ${(error as Error).message}`)
    }
  }

  const mark = (id: string, marks: { pinned?: boolean, archived?: boolean, unread?: boolean }) =>
    attempt(id, `“${sessions.titleOf(id)}” was not changed`, () => sessions.mark(id, marks))

  /** It is out of sight at once, and gone when nobody has taken it back. */
  async function remove(id: string): Promise<void> {
    const title = sessions.titleOf(id)
    if (sessions.isLocal(id))
      return void await discardDraft(id)
    const wasOpen = isOpen(id)
    sessions.hide(id)
    undo.offer(`“${nameInSentence(title)}” is deleted.`, async () => {
      sessions.unhide(id)
      if (wasOpen)
        await router.push({ name: 'session', params: { id } })
    }, () => void attempt(id, `“${title}” could not be deleted, and is there again`, () => sessions.destroy(id)))
    if (wasOpen)
      await router.push({ name: 'home' })
  }

  function exportAs(id: string, format: 'markdown' | 'json'): void {
    const link = document.createElement('a')
    link.href = exportUrl(id, format)
    link.download = ''
    link.click()
  }

  return {
    mark,
    exportAs,
    remove,
    rename: (id: string, title: string) => attempt(id, `The title was not changed to “${nameInSentence(title)}”`, () => sessions.rename(id, title)),
    askRename: (id: string) => overlays.open({ name: 'rename', sessionId: id }),
    showLinks: (id: string) => overlays.open({ name: 'links', sessionId: id }),
    askRemove: (id: string) => overlays.open({ name: 'delete', sessionId: id }),
  }
}
