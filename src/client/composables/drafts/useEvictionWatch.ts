import { onScopeDispose, watch } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useEvictionStore } from '../../stores/device/eviction.ts'

/**
 * Looks whether the drafts are still on the device when they were read, and when the page is looked at again. That the
 * browser closes the database is noticed without it.
 */
export function useEvictionWatch(): void {
  const eviction = useEvictionStore()
  const look = () => document.visibilityState === 'visible' && void eviction.check()
  const drafts = useDraftsStore()
  watch(() => drafts.ready, look, { immediate: true })
  document.addEventListener('visibilitychange', look)
  window.addEventListener('focus', look)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('focus', look)
  })
}
