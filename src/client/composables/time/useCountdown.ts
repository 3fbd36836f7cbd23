import { computed, onScopeDispose, ref, watch } from 'vue'

/** Whole seconds until a moment (milliseconds since the epoch), counting down; 0 when there is none, or it has come. */
export function useCountdown(moment: () => number | undefined) {
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined

  watch(moment, (until) => {
    clearInterval(timer)
    now.value = Date.now()
    if (until)
      timer = setInterval(() => { now.value = Date.now() }, 1000)
  }, { immediate: true })

  onScopeDispose(() => clearInterval(timer))

  return computed(() => Math.max(0, Math.ceil(((moment() ?? 0) - now.value) / 1000)))
}
