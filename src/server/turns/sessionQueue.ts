import { setTimeout as pause } from 'node:timers/promises'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Saving } from '../queues/saving.ts'
import type { Seat, Steering } from './steering/steering.ts'

interface Waiting {
  id: string
  /** While somebody changes it: it is not asked before that is done. */
  held?: Promise<void>
}

/** A message that waits, and is not asked until it is released. Who holds it does so in the session's turn to write. */
export interface HeldPlace {
  replaceBy(messageId: string): void
  /** It is never asked. */
  remove(): void
  /** It is the next. */
  moveFirst(): void
  /** In the turn that runs; undefined where that takes nothing now. */
  takeSeat(): Seat | undefined
  /** Once more is fine. */
  release(): void
}

/** What waits in one session, and the turn that runs in it. */
export interface SessionQueue {
  session: SessionKey
  /** Messages that wait for their turn. */
  waiting: Waiting[]
  saving: Saving
  controller: AbortController
  /** What waits has changed: whoever waits for its first message looks anew. */
  wake: () => void
  /** Of the turn that runs. */
  steering?: Steering
  /** When the turn that runs, or waits for its place, is recorded as it ended. */
  ending: Promise<void>
  /** When everything that waited is done. */
  done: Promise<void>
}

/**
 * What is held is waited for, and so is whoever edits it; nothing overtakes it.
 * @param editedUntil in milliseconds since the epoch
 * @param onWaiting called with true where somebody edits it, and with false when that is over
 */
export async function takeNext(queue: SessionQueue, editedUntil: (messageId: string) => Promise<number>, onWaiting: (waits: boolean) => void): Promise<string | undefined> {
  const { waiting } = queue
  let isWaiting = false
  const tell = (waits: boolean) => void (waits !== isWaiting && onWaiting(isWaiting = waits))
  for (let [first] = waiting; first; [first] = waiting) {
    await first.held
    const changed = new Promise<void>((resolve) => { queue.wake = resolve })
    const left = await editedUntil(first.id) - Date.now()
    if (first !== waiting[0] || first.held)
      continue
    if (left <= 0)
      break
    tell(true)
    await withinTime(changed, left)
  }
  tell(false)
  return waiting.shift()?.id
}

async function withinTime(changed: Promise<void>, milliseconds: number) {
  const ended = new AbortController()
  await Promise.race([changed, pause(milliseconds, undefined, { signal: ended.signal, ref: false }).catch(() => undefined)])
  ended.abort()
}

/** Undefined for what does not wait. */
export function holdPlace(queue: SessionQueue, messageId: string): HeldPlace | undefined {
  const { waiting } = queue
  const place = waiting.find(({ id, held }) => id === messageId && !held)
  if (!place)
    return undefined
  let release = () => {}
  place.held = new Promise((resolve) => {
    release = () => {
      place.held = undefined
      resolve()
      queue.wake()
    }
  })
  const take = () => void waiting.splice(waiting.indexOf(place), waiting.includes(place) ? 1 : 0)
  return {
    replaceBy: (id) => { place.id = id },
    remove: take,
    moveFirst() {
      take()
      waiting.unshift(place)
    },
    takeSeat: () => queue.steering?.takeSeat(),
    release: () => release(),
  }
}
