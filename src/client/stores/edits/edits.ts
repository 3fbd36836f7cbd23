import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { getReplaced } from '../../utils/storage/edits/editStorage.ts'
import { useTabsStore } from '../tabs/tabs.ts'

/** Which sent message each draft shall stand for, where one is being edited. Kept with the draft, the same in all tabs of this browser. */
export const useEditsStore = defineStore('edits', () => {
  const tabs = useTabsStore()
  const replaced = shallowReactive(new Map<string, string>())
  /** Sessions that this tab has looked up. */
  const opened = new Set<string>()

  tabs.listen((news) => {
    if ('sessionId' in news && opened.has(news.sessionId))
      void reread(news.sessionId)
  })

  const of = (sessionId: string): string | undefined => replaced.get(sessionId)

  function show(sessionId: string, id: string | undefined): void {
    if (id === undefined)
      replaced.delete(sessionId)
    else
      replaced.set(sessionId, id)
  }

  /** As the device has it. */
  async function reread(sessionId: string): Promise<void> {
    opened.add(sessionId)
    try {
      show(sessionId, await getReplaced(sessionId))
    }
    catch (error) {
      console.warn('Whether a message is being edited could not be read from this device.', error)
    }
  }

  return {
    of, show, reread,
    /** For a message that is about to leave. */
    carried: (sessionId: string): { replaces?: string } => replaced.has(sessionId) ? { replaces: of(sessionId) } : {},
    /** The draft became a message, and took it along. */
    left: (sessionId: string): void => show(sessionId, undefined),
    /** A message became the draft again. */
    cameBack: (sessionId: string, id: string | undefined): void => id === undefined ? undefined : show(sessionId, id),
  }
})
