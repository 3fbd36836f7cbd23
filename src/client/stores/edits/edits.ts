import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { getEdit, saveRestoresFiles, type Edit } from '../../utils/storage/edits/editStorage.ts'
import { useTabsStore } from '../tabs/tabs.ts'

/** Which sent message each draft shall stand for, where one is being edited. Kept with the draft, the same in all tabs of this browser. */
export const useEditsStore = defineStore('edits', () => {
  const tabs = useTabsStore()
  const edits = shallowReactive(new Map<string, Edit>())
  /** Sessions that this tab has looked up. */
  const opened = new Set<string>()

  tabs.listen((news) => {
    if ('sessionId' in news && opened.has(news.sessionId))
      void reread(news.sessionId)
  })

  const of = (sessionId: string): string | undefined => edits.get(sessionId)?.replaces

  function show(sessionId: string, { replaces, restoresFiles, waited }: Edit): void {
    if (replaces === undefined)
      edits.delete(sessionId)
    else
      edits.set(sessionId, { replaces, restoresFiles, waited })
  }

  /** Whether the agent's folder is put back as it was at the message that is being edited. */
  async function restoreFiles(sessionId: string, restoresFiles: boolean): Promise<void> {
    show(sessionId, { ...edits.get(sessionId), restoresFiles })
    try {
      await saveRestoresFiles(sessionId, restoresFiles)
      tabs.tell({ about: 'files', sessionId })
    }
    catch (error) {
      console.warn('What becomes of the agent\'s folder is not kept on this device; it counts in this tab.', error)
    }
  }

  /** As the device has it. */
  async function reread(sessionId: string): Promise<void> {
    opened.add(sessionId)
    try {
      show(sessionId, await getEdit(sessionId))
    }
    catch (error) {
      console.warn('Whether a message is being edited could not be read from this device.', error)
    }
  }

  return {
    of, show, reread, restoreFiles,
    restoresFiles: (sessionId: string): boolean => edits.get(sessionId)?.restoresFiles ?? false,
    /** The message that is edited waited for its turn when it was opened. */
    waited: (sessionId: string): boolean => edits.get(sessionId)?.waited ?? false,
    /** For a message that is about to leave. */
    carried: (sessionId: string): Edit => edits.get(sessionId) ?? {},
    /** The draft became a message, and took it along. */
    left: (sessionId: string): void => show(sessionId, {}),
  }
})
