import { computed, ref, type ComputedRef } from 'vue'
import { useServerClockStore } from '../../stores/serverClock.ts'

const now = ref(Date.now())
let following = false

/** Local midnight before this moment by the server's clock, in milliseconds; it moves on in a tab that stays open overnight. */
export function useToday(): ComputedRef<number> {
  const clock = useServerClockStore()
  if (!following) {
    following = true
    const update = () => { now.value = Date.now() }
    setInterval(update, 60_000)
    document.addEventListener('visibilitychange', update)
    update()
  }
  return computed(() => startOfDay(clock.toServer(now.value)))
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
