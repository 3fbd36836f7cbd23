import { nextTick, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Messages above which a print is not made longer: some hundred sheets. */
export const MOST_PRINTED = 2000

/** Milliseconds that pictures may take before it is printed without those that are not there. */
const PICTURES = 10_000

interface WholePrint {
  content: Readonly<Ref<HTMLElement | null>>
  count: () => number
  hasMore: () => boolean
  /** One page of older messages; without effect where it fails. */
  loadOlder: () => Promise<void>
}

/**
 * A conversation is loaded page by page, and a print holds only what is loaded: the keys that print load the rest
 * first. A browser's menu cannot be waited for; what it leaves out is said on the print.
 */
export function useWholePrint({ content, count, hasMore, loadOlder }: WholePrint) {
  const loading = ref(false)
  /** All of it is to be drawn, for a print that begins. */
  const whole = ref(false)

  const cancel = () => { loading.value = false }

  function onKeydown(event: KeyboardEvent) {
    if (loading.value && event.key === 'Escape')
      cancel()
    if (!prints(event) || event.defaultPrevented || !hasMore())
      return
    event.preventDefault()
    if (!loading.value)
      void printAll()
  }

  async function printAll() {
    loading.value = true
    let before = -1
    while (loading.value && hasMore() && count() < MOST_PRINTED && count() > before) {
      before = count()
      await loadOlder()
    }
    whole.value = true
    await nextTick()
    await picturesOf(content.value)
    if (loading.value) { // it was not cancelled, and the session is still here
      loading.value = false
      await nextTick()
      window.print()
    }
    whole.value = false
  }

  // Whoever prints from the browser's menu is not waited for, but all that is loaded is drawn at once.
  const onBeforePrint = () => { whole.value = true }
  const onAfterPrint = () => { whole.value = false }

  const listeners = [['keydown', onKeydown], ['beforeprint', onBeforePrint], ['afterprint', onAfterPrint]] as const
  onMounted(() => listeners.forEach(([type, listener]) => window.addEventListener(type, listener as EventListener)))
  onBeforeUnmount(() => {
    listeners.forEach(([type, listener]) => window.removeEventListener(type, listener as EventListener))
    cancel()
  })

  return { loading, whole, cancel }
}

const prints = ({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent) =>
  key.toLowerCase() === 'p' && (ctrlKey || metaKey) && !shiftKey && !altKey

/** Also those that would be loaded when one comes near them. */
async function picturesOf(content: HTMLElement | null): Promise<void> {
  const pictures = [...content?.querySelectorAll('img') ?? []].map((picture) => {
    picture.loading = 'eager'
    return picture.decode().catch(() => undefined) // its place says what it is
  })
  await Promise.race([Promise.all(pictures), new Promise(resolve => setTimeout(resolve, PICTURES))])
}
