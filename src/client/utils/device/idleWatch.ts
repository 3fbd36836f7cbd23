const ACTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
/** Milliseconds between two looks at the clock, and between two words to the other tabs. */
const PACE = 10_000

/**
 * Calls `onIdle` when nobody has touched this page, or another that says so, for as long as `limit` says.
 * A device that slept is asked when it wakes.
 * @param options.limit milliseconds; 0: never
 * @param options.onActive somebody is here, told once in a while
 */
export function watchIdle({ limit, onIdle, onActive }: { limit: () => number, onIdle: () => void, onActive: () => void }) {
  let last = Date.now()
  let told = 0
  const look = () => {
    if (limit() && Date.now() - last >= limit())
      onIdle()
  }
  const act = () => {
    look() // who comes back too late finds it locked
    last = Date.now()
    if (last - told < PACE)
      return
    told = last
    onActive()
  }
  ACTS.forEach(name => window.addEventListener(name, act, { capture: true, passive: true }))
  document.addEventListener('visibilitychange', look)
  const timer = setInterval(look, PACE)
  return {
    /** Another tab has seen somebody. */
    seen: () => { last = Date.now() },
    stop() {
      ACTS.forEach(name => window.removeEventListener(name, act, { capture: true }))
      document.removeEventListener('visibilitychange', look)
      clearInterval(timer)
    },
  }
}
