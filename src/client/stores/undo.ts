import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { uuid } from '../../shared/uuid.ts'

/** Something that was removed, and can be put back for a while. */
export interface UndoOffer {
  id: string
  /** "shot.png removed" */
  text: string
  undo: () => Promise<void>
  /** Nobody took it back. */
  expired?: () => void
}

/** What can be undone just now, the newest last. */
export const useUndoStore = defineStore('undo', () => {
  const offers = shallowReactive(new Map<string, UndoOffer>())

  /** @returns the offer's id */
  function offer(text: string, undo: () => Promise<void>, expired?: () => void): string {
    const id = uuid()
    offers.set(id, { id, text, undo, expired })
    return id
  }

  function withdraw(id: string): void {
    const over = offers.get(id)
    offers.delete(id)
    over?.expired?.()
  }

  /** Once: the offer is gone with it. @throws what kept it from being undone */
  async function take(id: string): Promise<void> {
    const taken = offers.get(id)
    offers.delete(id)
    await taken?.undo()
  }

  return { offers, offer, withdraw, take }
})
