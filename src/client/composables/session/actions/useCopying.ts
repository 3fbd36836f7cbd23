import { ref } from 'vue'
import { useNoticesStore } from '../../../stores/notices.ts'

/** Milliseconds that a button says it. */
const SAID = 2000

/** What was copied a moment ago, by a button or by a key: its message's id, and which of its buttons does it. */
const copied = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

/** Copying words, and saying for a moment that it is done. */
export function useCopying(sessionId: () => string) {
  const notices = useNoticesStore()

  async function copy(what: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      copied.value = what
      clearTimeout(timer)
      timer = setTimeout(() => { copied.value = '' }, SAID)
    }
    catch (error) {
      console.warn('Not copied:', error) // no permission, or a page that is not served securely
      notices.tell(sessionId(), 'It was not copied: this browser does not let this page copy. Select the text and press Ctrl+C.')
    }
  }

  return { copied, copy }
}
