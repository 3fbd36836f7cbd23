import { useUnsentStore } from '../../stores/unsent.ts'
import { useEvictionWatch } from './useEvictionWatch.ts'

/** Looks after what this device holds: whether it is still there, and what nothing refers to any more. */
export function useDeviceCare(): void {
  useEvictionWatch()
  void useUnsentStore().removeOrphans()
}
