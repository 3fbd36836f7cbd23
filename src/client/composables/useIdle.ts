import { onMounted, onScopeDispose } from 'vue'

/** Milliseconds: where a browser does not say when it is idle, or never is. */
const AT_LAST = 5000

/** Does once what can wait until the page is drawn and nothing else is to do. */
export function useIdle(work: () => void): void {
  let cancel = () => {}
  onMounted(() => {
    if (typeof requestIdleCallback === 'function') {
      const handle = requestIdleCallback(work, { timeout: AT_LAST })
      cancel = () => cancelIdleCallback(handle)
    }
    else {
      const timer = setTimeout(work, AT_LAST)
      cancel = () => clearTimeout(timer)
    }
  })
  onScopeDispose(() => cancel())
}
