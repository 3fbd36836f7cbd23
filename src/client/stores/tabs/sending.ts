import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { BeingSentError } from '../../utils/text/beingSent.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { useTabsStore } from './tabs.ts'

/** How far a message is that is being sent just now: 0 to 1. */
export type Progress = number

const PREFIX = 'sending '
const lockOf = (id: string) => PREFIX + id

/** Which messages are on the wire just now, known to all tabs of this browser: until that ends nobody changes them. */
export const useSendingStore = defineStore('sending', () => {
  const tabs = useTabsStore()
  /** Of those that this tab is sending. */
  const progress = shallowReactive(new Map<string, Progress>())
  /** Those that another tab is sending. */
  const elsewhere = shallowReactive(new Set<string>())

  const isSending = (id: string): boolean => progress.has(id) || elsewhere.has(id)

  /** Sends it; meanwhile `change` does nothing with it, in no tab. Begins when a change that is under way has ended. */
  async function send(id: string, line: AbortSignal, work: () => Promise<void>): Promise<void> {
    await tabs.alone(lockOf(id), line, async () => {
      progress.set(id, 0)
      try {
        tabs.tell({ about: 'outbox' })
        await work()
      }
      finally {
        progress.delete(id)
      }
    })
  }

  /**
   * Takes a message out of the outbox.
   * @param patient it is waited for until it is on the wire no more
   * @throws BeingSentError where it is on the wire; nothing was done then
   */
  async function change(id: string, work: () => Promise<void>, { patient = false } = {}): Promise<void> {
    if (patient)
      await tabs.alone(lockOf(id), new AbortController().signal, work)
    else if (!await tabs.aloneNow(lockOf(id), work))
      throw new BeingSentError()
  }

  /** Finds out which of these another tab is sending. @param ended called when it is so no longer */
  async function look(ids: readonly string[], ended: () => void): Promise<void> {
    const held = new Set(await tabs.heldNames(PREFIX))
    for (const id of ids.filter(id => held.has(lockOf(id)) && !isSending(id))) {
      elsewhere.add(id)
      inBackground(tabs.whenFree(lockOf(id)).finally(() => {
        elsewhere.delete(id)
        ended()
      }), 'It is not known whether another tab is still sending.')
    }
  }

  return { progress, isSending, send, change, look }
})
