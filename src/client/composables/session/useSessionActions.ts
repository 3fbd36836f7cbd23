import { useRouter } from 'vue-router'
import { nameInSentence } from '../../../shared/plainText.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOverlaysStore } from '../../stores/navigation/overlays.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { useUndoStore } from '../../stores/undo.ts'
import { exportUrl } from '../../utils/network/api.ts'

/** What can be done with a session, from wherever it is named. */
export function useSessionActions() {
  const router = useRouter()
  const notices = useNoticesStore()
  const overlays = useOverlaysStore()
  const sessions = useSessionsStore()
  const undo = useUndoStore()

  /** @returns whether it was done; where not, that is told */
  async function attempt(id: string, what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    }
    catch (error) {
      console.error(error)
      const place = router.currentRoute.value.params.id
      notices.tell(typeof place === 'string' ? place : id, `${what}. ${(error as Error).message}`)
      return false
    }
  }

  const mark = (id: string, marks: { pinned?: boolean, archived?: boolean, unread?: boolean }) =>
    attempt(id, `“${sessions.titleOf(id)}” was not changed`, () => sessions.mark(id, marks))

  /** Out of the way, which can be undone, or back from there. */
  async function archive(id: string, archived: boolean): Promise<void> {
    if (await mark(id, { archived }) && archived)
      undo.offer(`“${nameInSentence(sessions.titleOf(id))}” is archived.`, () => sessions.mark(id, { archived: false }))
  }

  function exportAs(id: string, format: 'markdown' | 'json'): void {
    const link = document.createElement('a')
    link.href = exportUrl(id, format)
    link.download = ''
    link.click()
  }

  return {
    mark,
    archive,
    exportAs,
    rename: (id: string, title: string) => attempt(id, `The title was not changed to “${nameInSentence(title)}”`, () => sessions.rename(id, title)),
    askRename: (id: string) => overlays.open({ name: 'rename', sessionId: id }),
    showLinks: (id: string) => overlays.open({ name: 'links', sessionId: id }),
    askRemove: (id: string) => overlays.open({ name: 'delete', sessionId: id }),
  }
}
