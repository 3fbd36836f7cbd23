import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { BeingChangedError, BeingSentError } from '../../utils/text/beingSent.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { useTabsStore } from './tabs.ts'

/** How far a message is that is being sent just now: 0 to 1. */
export type Progress = number

const PREFIX = 'sending '
const lockOf = (id: string) => PREFIX + id
/** Held by a change beside the other one, so that whoever is refused knows by what. */
const CHANGE = 'changing '
const changeLockOf = (id: string) => CHANGE + id

const never = () => new AbortController().signal

/** Which messages are on the wire just now, known to all tabs of this browser: until that ends nobody changes them. */
export const useSendingStore = defineStore('sending', () => {
  const tabs = useTabsStore()
  /** Of those that this tab is sending. */
  const progress = shallowReactive(new Map<string, Progress>())
  /** Why the server could not take those just now that this tab sends again. */
  const delays = shallowReactive(new Map<string, string>())
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
   * @param patient it is waited for until nothing else is done with it
   * @throws BeingSentError where it is on the wire, BeingChangedError where another change is under way; nothing was done then
   */
  async function change(id: string, work: () => Promise<void>, { patient = false } = {}): Promise<void> {
    if (patient)
      return tabs.alone(changeLockOf(id), never(), () => tabs.alone(lockOf(id), never(), work))
    const isFree = await tabs.aloneNow(changeLockOf(id), async () => {
      if (!await tabs.aloneNow(lockOf(id), work))
        throw new BeingSentError()
    })
    if (!isFree)
      throw new BeingChangedError()
  }

  /** Finds out which of these another tab is sending. @param ended called when it is so no longer */
  async function look(ids: readonly string[], ended: () => void): Promise<void> {
    const held = new Set(await tabs.heldNames())
    for (const id of ids.filter(id => held.has(lockOf(id)) && !held.has(changeLockOf(id)) && !isSending(id))) {
      elsewhere.add(id)
      inBackground(tabs.whenFree(lockOf(id)).finally(() => {
        elsewhere.delete(id)
        ended()
      }), 'It is not known whether another tab is still sending.')
    }
  }

  return { progress, delays, isSending, send, change, look }
})
