import { computed, ref, shallowRef } from 'vue'
import { formatBytes } from '../../../shared/attachments.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { examineStorage, keepStorage, type DeviceStorage } from '../../utils/device/deviceStorage.ts'

/** What the app stores on this device, how much room is left, and whether the browser keeps it. */
export function useDeviceStorage() {
  const drafts = useDraftsStore()
  const storage = shallowRef<DeviceStorage>()
  /** What the browser said to being asked to keep it. */
  const answer = ref<string>()

  async function examine(): Promise<void> {
    try {
      storage.value = await examineStorage()
    }
    catch (error) {
      console.warn('The browser does not say how it stores things.', error)
      storage.value = {}
    }
  }

  async function keep(): Promise<void> {
    answer.value = await keepStorage().catch(() => false)
      ? 'The browser has agreed.'
      : 'The browser has not agreed. Some agree once a page is often visited, bookmarked or installed as an app; until then drafts are safe as long as the device has room.'
    await examine()
  }

  /** "12 MB stored, 3.2 GB free. The browser keeps it even when ..." */
  const line = computed(() => storage.value && describe(storage.value))
  /** Why nothing is stored, where that is so: figures would promise what is not kept. */
  const problem = computed(() => drafts.saveProblem)
  const canAsk = computed(() => storage.value?.persistent === false && !problem.value)

  void examine()
  return { line, problem, canAsk, answer, keep }
}

function describe({ used, free, persistent }: DeviceStorage): string {
  const amounts = [
    used !== undefined && `${formatBytes(used)} stored`,
    free !== undefined && `${formatBytes(free)} free`,
  ].filter(Boolean).join(', ')
  const kept = persistent
    ? 'The browser keeps it, also when the device runs out of room.'
    : 'The browser may clear it when the device runs out of room.'
  return [amounts && `${amounts}.`, persistent === undefined ? 'This browser does not say whether it keeps it.' : kept].filter(Boolean).join(' ')
}
