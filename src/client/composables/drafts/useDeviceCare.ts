import { useUnsentStore } from '../../stores/unsent.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import { useDraftLock } from './useDraftLock.ts'
import { useEvictionWatch } from './useEvictionWatch.ts'
import { useKeptRefusals } from './useKeptRefusals.ts'
import { useTabOnlyFiles } from './useTabOnlyFiles.ts'
import { useTakingUp } from './useTakingUp.ts'
import { useWaitingFiles } from './useWaitingFiles.ts'

/**
 * Looks after what this device holds: whether it is still there, what was not finished, and what nothing refers to any more.
 * @param follow tells what becomes of a file that is prepared after all
 */
export function useDeviceCare(follow: Parameters<typeof useTakingUp>[0]): void {
  void useDraftLock()
  useEvictionWatch()
  useKeptRefusals()
  useTakingUp(follow)
  useTabOnlyFiles()
  useWaitingFiles()
  void loadPart(() => import('../../stores/files/laterFiles.ts')).catch(() => undefined) // it is asked for when the server may be away
  void useUnsentStore().removeOrphans()
}
