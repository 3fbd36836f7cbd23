import { AsyncResource } from 'node:async_hooks'
import type { Turn } from '../../agents/agent.ts'
import { isSkipped, walkWorkspace } from '../../storage/workspace/walk.ts'
import { readWorkspaceRecord } from '../../storage/workspace/workspaceRecord.ts'
import { changedFiles, storeChanged, storing, type Folder } from './collectFiles.ts'
import type { StoreFileDeps } from './storeFile.ts'

/**
 * Stores what a tool has written while its turn goes on, with the answer that the turn makes: the machine that makes
 * it may be gone in a moment. What is not stored now is found at the end of the turn, which says what was left out.
 */
export function createKeepFiles(deps: StoreFileDeps, place: Folder, signal: AbortSignal): Turn['keep'] {
  async function keep(path?: string) {
    if (path !== undefined && isSkipped(path))
      return
    const record = await readWorkspaceRecord(deps.database, place.session)
    const changed = path === undefined ? changedFiles(await walkWorkspace(place.folder), record) : [{ path, size: 0, mode: 0, stamp: '' }]
    await storeChanged(deps, place, { changed, record }, signal)
  }

  const keepInTurn = (path?: string): Promise<void> => storing.run(place.messageId, () => keep(path))
    .catch((error: unknown) => deps.log.warn(error, 'what a tool wrote is not stored yet'))
  return AsyncResource.bind(keepInTurn) // with the turn's right to write, from wherever the agent asks
}
