import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

interface OlderPages {
  box: Readonly<Ref<HTMLElement | null>>
  /** Stands before the first message. */
  start: Readonly<Ref<HTMLElement | null>>
  /** What tells the first message from others. */
  firstKey: () => string | undefined
  loadOlder: () => Promise<void>
}

/**
 * Loads older messages when the person comes near the start of what is there, and keeps what they
 * look at where it is.
 */
export function useOlderPages({ box, start, firstKey, loadOlder }: OlderPages) {
  const loading = ref(false)
  const failed = ref(false)

  let underWay: Promise<void> | undefined

  /** Whoever asks meanwhile waits for the same page. */
  const load = (): Promise<void> => underWay ??= loadPage().finally(() => { underWay = undefined })

  async function loadPage() {
    loading.value = true
    failed.value = false
    try {
      await loadOlder()
    }
    catch (error) {
      console.warn('Older messages were not loaded.', error)
      failed.value = true
    }
    finally {
      loading.value = false
    }
  }

  // By a message, and not before it is drawn: meanwhile the person scrolls on. Most browsers see to it
  // themselves, but not at the very start; then there is nothing left to move.
  watch(firstKey, async () => {
    const message = box.value?.querySelector('article')
    const before = message?.getBoundingClientRect().top
    await nextTick()
    if (box.value && message?.isConnected && before !== undefined)
      box.value.scrollTop += message.getBoundingClientRect().top - before
    lookAgain()
  })

  let observer: IntersectionObserver | undefined

  /** The observer tells of changes only: whoever is at the start again before it looked would wait for ever. */
  function lookAgain() {
    if (!start.value)
      return
    observer?.unobserve(start.value)
    observer?.observe(start.value)
  }

  onMounted(() => {
    observer = new IntersectionObserver((entries) => {
      const entry = entries.at(-1) // what was true in between is over where the page was busy
      if (entry?.isIntersecting && !failed.value)
        void load()
    }, { root: box.value, rootMargin: '600px 0px 0px' })
    if (start.value)
      observer.observe(start.value)
  })
  onBeforeUnmount(() => observer?.disconnect())

  return { loading, failed, load }
}
