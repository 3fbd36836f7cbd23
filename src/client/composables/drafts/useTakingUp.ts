import { computed, watch } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import type { useAttaching } from '../composer/useAttaching.ts'

/**
 * Goes on with files that are on the device as they were given, and are prepared by nobody: an earlier page has left them,
 * a tab that died, or they were put back.
 * @param follow tells what becomes of each
 */
export function useTakingUp(follow: ReturnType<typeof useAttaching>['follow']): void {
  const data = useDataStore()

  const found = computed(() => [...data.shownSessions()].flatMap(data.attachmentsOf).filter(({ found }) => found).map(({ id }) => id).join())

  watch(found, () => void data.takeUp((session, file, prepared) => void follow(session, file, prepared)).catch(logLeft), { immediate: true })
}

function logLeft(error: unknown) {
  console.warn('Files that were given earlier could not be prepared; it is tried again at the next start.', error)
}
