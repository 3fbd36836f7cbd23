import { computed, onScopeDispose, ref, watch } from 'vue'
import { useServerClockStore } from '../../stores/serverClock.ts'

const SECOND = 1000

/** Seconds since a moment of the server's clock, counted while something goes on; undefined otherwise. @param since ISO 8601 */
export function useElapsed(since: () => string | undefined) {
  const clock = useServerClockStore()
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined

  watch(() => since() !== undefined, (goesOn) => {
    clearInterval(timer)
    now.value = Date.now()
    if (goesOn)
      timer = setInterval(() => { now.value = Date.now() }, SECOND)
  }, { immediate: true })
  onScopeDispose(() => clearInterval(timer))

  return computed(() => {
    const start = since()
    return start === undefined ? undefined : Math.max(0, (clock.toServer(now.value) - Date.parse(start)) / SECOND)
  })
}
