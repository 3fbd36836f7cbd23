import { onScopeDispose, watch } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useEvictionStore } from '../../stores/device/eviction.ts'

/** Milliseconds between two looks, which read one small record. */
const LOOK = 5000

/** Looks now and then, and when the page is looked at again, whether the drafts are still on the device. */
export function useEvictionWatch(): void {
  const eviction = useEvictionStore()
  const look = () => document.visibilityState === 'visible' && void eviction.check()
  const drafts = useDraftsStore()
  watch(() => drafts.ready, look, { immediate: true })
  const looking = setInterval(look, LOOK)
  document.addEventListener('visibilitychange', look)
  window.addEventListener('focus', look)
  onScopeDispose(() => {
    clearInterval(looking)
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('focus', look)
  })
}
