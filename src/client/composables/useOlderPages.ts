import { nextTick, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/**
 * Loads older messages when the person comes near the start of what is there, and keeps what they
 * look at where it is.
 */
export function useOlderPages(box: Readonly<Ref<HTMLElement | null>>, start: Readonly<Ref<HTMLElement | null>>, loadOlder: () => Promise<void>) {
  const loading = ref(false)
  const failed = ref(false)

  async function load() {
    if (loading.value)
      return
    loading.value = true
    failed.value = false
    try {
      const fromEnd = (box.value?.scrollHeight ?? 0) - (box.value?.scrollTop ?? 0)
      await loadOlder()
      await nextTick()
      if (box.value)
        box.value.scrollTop = box.value.scrollHeight - fromEnd
    }
    catch (error) {
      console.warn('Older messages were not loaded.', error)
      failed.value = true
    }
    finally {
      loading.value = false
    }
  }

  let observer: IntersectionObserver | undefined
  onMounted(() => {
    observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && !failed.value)
        void load()
    }, { root: box.value, rootMargin: '600px 0px 0px' })
    if (start.value)
      observer.observe(start.value)
  })
  onBeforeUnmount(() => observer?.disconnect())

  return { loading, failed, load }
}
