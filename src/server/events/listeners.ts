import { keyText } from '../identity/sessionKey.ts'
import type { Position } from './sessionEnds.ts'
import type { Told } from './told.ts'

type Listener = (told: Told) => void
/** Where somebody stands in the sessions that they follow, as far as that is known. */
type Positions = () => Iterable<Position>

export type Listeners = ReturnType<typeof createListeners>

/** Whoever is told what happens. */
export function createListeners() {
  const listeners = new Map<Listener, Positions>()

  return {
    tell(told: Told) {
      for (const listener of listeners.keys())
        listener(told)
    },

    /** @returns how to stop listening */
    listen(listener: Listener, positions: Positions = () => []) {
      listeners.set(listener, positions)
      return () => void listeners.delete(listener)
    },

    /** Of each session that is followed, where the one stands who has come the least far. */
    positions(): Position[] {
      const least = new Map<string, Position>()
      for (const positions of listeners.values()) {
        for (const position of positions()) {
          const key = keyText(position.session)
          if (position.last < (least.get(key)?.last ?? Infinity))
            least.set(key, position)
        }
      }
      return [...least.values()]
    },
  }
}
