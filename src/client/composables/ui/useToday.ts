import { readonly, ref } from 'vue'

const today = ref(startOfDay(Date.now()))
let following = false

/** Local midnight before this moment, in milliseconds; it moves on in a tab that stays open overnight. */
export function useToday() {
  if (!following) {
    following = true
    const update = () => { today.value = startOfDay(Date.now()) }
    setInterval(update, 60_000)
    document.addEventListener('visibilitychange', update)
    update()
  }
  return readonly(today)
}

export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
