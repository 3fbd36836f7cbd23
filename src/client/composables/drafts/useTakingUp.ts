import { computed, watch } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useAttaching } from '../composer/useAttaching.ts'

/**
 * Goes on with files that are on the device as they were given, and are prepared by nobody: an earlier page has left them,
 * a tab that died, or they were put back.
 */
export function useTakingUp(): void {
  const data = useDataStore()
  const { follow } = useAttaching()

  const found = computed(() => [...data.shownSessions()].flatMap(data.attachmentsOf).filter(({ found }) => found).map(({ id }) => id).join())

  watch(found, () => void data.takeUp((session, file, prepared) => void follow(session, file, prepared)).catch(logLeft), { immediate: true })
}

function logLeft(error: unknown) {
  console.warn('Files that were given earlier could not be prepared; it is tried again at the next start.', error)
}
