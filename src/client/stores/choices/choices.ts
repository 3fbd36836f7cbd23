import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { createKeyedQueue } from '../../../shared/keyedQueue.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import { getChoice, saveChoice } from '../../utils/storage/choices/choiceStorage.ts'
import { useTabsStore } from '../tabs/tabs.ts'

/** Who is to answer each draft, where a person chose. Kept with the draft, the same in all tabs of this browser. */
export const useChoicesStore = defineStore('choices', () => {
  const tabs = useTabsStore()
  const drafted = shallowReactive(new Map<string, AgentChoice>())
  /** Sessions that this tab has looked up. */
  const opened = new Set<string>()
  /** By session: what is read is never older than what was chosen here. */
  const queue = createKeyedQueue()

  tabs.listen((news) => {
    if (news.about === 'outbox')
      opened.forEach(id => void reread(id))
    else if ('sessionId' in news && news.about !== 'text')
      void reread(news.sessionId)
  })

  const of = (sessionId: string): AgentChoice | undefined => drafted.get(sessionId)

  /** As the device has it. Without storage the tab goes on with what was chosen in it. */
  function reread(sessionId: string): Promise<void> {
    return queue.run(sessionId, async () => {
      if (!opened.has(sessionId))
        return
      show(sessionId, await getChoice(sessionId))
    }).catch((error: unknown) => console.warn('Which model was chosen for a draft could not be read from this device.', error))
  }

  function open(sessionId: string): Promise<void> {
    if (opened.has(sessionId))
      return Promise.resolve()
    opened.add(sessionId)
    return reread(sessionId)
  }

  function show(sessionId: string, choice: AgentChoice | undefined) {
    if (choice)
      drafted.set(sessionId, choice)
    else
      drafted.delete(sessionId)
  }

  /** On the screen at once, on the device a moment later. */
  async function choose(sessionId: string, choice: AgentChoice): Promise<void> {
    opened.add(sessionId)
    drafted.set(sessionId, choice)
    try {
      await queue.run(sessionId, () => saveChoice(sessionId, choice))
      tabs.tell({ about: 'choice', sessionId })
    }
    catch (error) {
      console.warn('Which model was chosen for a draft could not be saved on this device; it counts in this tab.', error)
    }
  }

  return {
    of, open, choose,
    /** For a message that is about to leave. */
    carried: (sessionId: string): { choice?: AgentChoice } => drafted.has(sessionId) ? { choice: of(sessionId) } : {},
    /** The draft became a message, and took it along. */
    left: (sessionId: string): void => show(sessionId, undefined),
    /** A message became the draft again. */
    cameBack: (sessionId: string, choice: AgentChoice | undefined): void => choice && show(sessionId, choice),
  }
})
