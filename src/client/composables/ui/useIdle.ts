import { onMounted, onScopeDispose, watch } from 'vue'

/** Milliseconds: where a browser does not say when it is idle, or never is. */
const AT_LAST = 5000

/** Does once what can wait until the page shows what somebody came for, and nothing else is to do. */
export function useIdle(isShown: () => boolean, work: () => void): void {
  let cancel = () => {}

  function wait() {
    if (typeof requestIdleCallback === 'function') {
      const handle = requestIdleCallback(work, { timeout: AT_LAST })
      cancel = () => cancelIdleCallback(handle)
    }
    else {
      const timer = setTimeout(work, AT_LAST)
      cancel = () => clearTimeout(timer)
    }
  }

  onMounted(() => {
    if (isShown())
      wait()
    else
      watch(isShown, wait, { once: true, flush: 'post' })
  })
  onScopeDispose(() => cancel())
}
