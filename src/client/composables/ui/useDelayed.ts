import { onScopeDispose, readonly, ref, watch } from 'vue'

/**
 * True once `source` has been true for `delay` milliseconds, false as soon as it is not.
 * What is over before shows no spinner: nothing flashes.
 */
export function useDelayed(source: () => boolean, delay = 200) {
  const shown = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(source, (is) => {
    clearTimeout(timer)
    shown.value = false
    if (is)
      timer = setTimeout(() => { shown.value = true }, delay)
  }, { immediate: true })

  onScopeDispose(() => clearTimeout(timer))

  return readonly(shown)
}
