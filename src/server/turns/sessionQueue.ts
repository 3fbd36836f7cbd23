import type { SessionKey } from '../identity/sessionKey.ts'
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
  controller: AbortController
  /** Of the turn that runs. */
  steering?: Steering
  /** When everything that waited is done. */
  done: Promise<void>
}

/** What is held is waited for, and nothing overtakes it. */
export async function takeNext({ waiting }: SessionQueue): Promise<string | undefined> {
  while (waiting[0]?.held)
    await waiting[0].held
  return waiting.shift()?.id
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
