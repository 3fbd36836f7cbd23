import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { useTabsStore } from './tabs.ts'

type WaitsFor = AttachmentView['waitsFor']

/**
 * What files wait for that cannot be prepared yet: the tab that tries it says so to all others.
 * @param showAs does nothing where the file is not shown
 */
export function createWaitingFiles(showAs: (sessionId: string, id: string, waitsFor: WaitsFor) => void) {
  const tabs = useTabsStore()
  /** As other tabs have told, perhaps before this one has read of the file. */
  const elsewhere = new Map<string, WaitsFor>()

  tabs.listen((news) => {
    if (news.about !== 'waiting')
      return
    elsewhere.set(news.id, news.waitsFor === 'reload' ? 'other-tab' : news.waitsFor)
    showAs(news.sessionId, news.id, elsewhere.get(news.id))
  })

  return {
    /** For a file that another tab is at. */
    waitsElsewhere: (id: string): WaitsFor => elsewhere.get(id),

    /** It was tried here in vain. With each try it is told again: a tab may have been opened meanwhile. */
    wait(sessionId: string, id: string, waitsFor: 'server' | 'reload'): void {
      showAs(sessionId, id, waitsFor)
      tabs.tell({ about: 'waiting', sessionId, id, waitsFor })
    },

    /** It is this tab that tries from now on. */
    beginHere(sessionId: string, id: string): void {
      elsewhere.delete(id)
      showAs(sessionId, id, undefined)
    },
  }
}
