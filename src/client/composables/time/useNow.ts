import { onScopeDispose, readonly, ref } from 'vue'

const MINUTE = 60_000

/** Milliseconds since the epoch, once a minute: for what says how long ago something was. */
export function useNow() {
  const now = ref(Date.now())
  const timer = setInterval(() => { now.value = Date.now() }, MINUTE)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
