import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** What stands over the page: one at a time. */
export type Overlay =
  | { name: 'search', text: string }
  /** `cover`: the drafts are locked. */
  | { name: 'keyboard' | 'cover' }
  | { name: 'rename' | 'delete' | 'links', sessionId: string }
  | { name: 'deleteMessage', sessionId: string, messageId: string }

export const useOverlaysStore = defineStore('overlays', () => {
  const current = shallowRef<Overlay>()

  function open(overlay: Overlay): void {
    current.value = overlay
  }

  function close(): void {
    current.value = undefined
  }

  return { current, open, close }
})
