import { LIMITS } from '../../../shared/attachments.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import { firstOf } from '../../../shared/collections/firstOf.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import { createKeyedQueue } from '../../../shared/keyedQueue.ts'
import { noteRemovals, readWorkspaceRecord, recordFiles, shownPath, type RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import type { TenantWorkspaces } from '../../storage/workspace/tenantWorkspaces.ts'
import { walkWorkspace, type FoundFile, type Walk } from '../../storage/workspace/walk.ts'
import { attachedPaths, comparePaths, tidyAnswer } from './answerFiles.ts'
import { leftOutNotice, type LeftOut } from './leftOut.ts'
import { storeFile, type StoreFileDeps } from './storeFile.ts'
import { removeIfThere } from './takeAway.ts'

export type CollectDeps = StoreFileDeps & { workspaces: TenantWorkspaces }

/** Whose folder it is, and whose files they become. */
interface Answer { session: SessionKey, messageId: string }

export type Folder = Answer & { folder: string }

/** Files of one answer are stored one after the other: two at a time would be the same file twice. */
export const storing = createKeyedQueue()

/**
 * Compares the folder with what was recorded: what is new or changed becomes attachments of the agent's message.
 * Whatever goes wrong costs files, which stay in the folder, and never the answer.
 * @returns what is to be said of those that were left out
 */
export async function collectFiles(deps: CollectDeps, { session, messageId }: Answer, signal?: AbortSignal): Promise<Part | undefined> {
  try {
    const folder = await (await deps.workspaces.of(session.tenant)).ensureFolder(session.id)
    return await storing.run(messageId, () => compare(deps, { session, messageId, folder }, signal))
  }
  catch (error) {
    deps.log.error(error, 'the files of a turn were not collected')
    return { type: 'notice', id: 'files-left-out', code: 'left_out', text: 'What the agent wrote could not be compared with what was there: its files come with the next answer.' }
  }
}

async function compare(deps: CollectDeps, place: Folder, signal?: AbortSignal): Promise<Part | undefined> {
  const { database } = deps
  const record = await readWorkspaceRecord(database, place.session)
  const walk = await walkWorkspace(place.folder)
  const changed = changedFiles(walk, record)
  const { seen, leftOut } = await storeChanged(deps, place, { changed, record }, signal)
  for (const path of walk.skipped.filter(path => !record.has(path))) {
    leftOut.push({ path, reason: 'tools' })
    seen.push({ path, size: 0, sha256: null, mode: 0, stamp: '' })
  }
  await recordFiles(database, place.session, seen)
  for (const path of walk.unfinished)
    await removeIfThere(place.folder, path) // the agent has left: nobody goes on with it
  const gone = goneFrom(walk, record)
  await noteRemovals(database, place.session, place.messageId, gone)
  await tidyAnswer(deps, place.messageId, gone) // of what was stored while the turn went on
  return leftOutNotice(leftOut, walk.isWhole)
}

interface Compared { changed: readonly FoundFile[], record: ReadonlyMap<string, RecordedFile> }

/** @returns what was left out, and of it what is not to be tried again, as it was seen */
export async function storeChanged(deps: StoreFileDeps, place: Folder, { changed, record }: Compared, signal?: AbortSignal) {
  const seen: RecordedFile[] = []
  const leftOut: LeftOut[] = []
  if (!changed.length)
    return { seen, leftOut }
  const attached = await attachedPaths(deps.database, place.messageId)
  const until = Date.now() + PATIENCE_MS
  for (const file of changed) {
    if (signal?.aborted)
      break // the next turn finds the rest
    const result = reasonBefore(file, attached) ?? await storeFile(deps, place, file.path, record.get(file.path), () => signal?.aborted === true || Date.now() > until)
    if (result === 'stored')
      attached.add(shownPath(file.path))
    else if (result !== 'same')
      leftOut.push({ path: file.path, reason: result })
    if (isFinal(result))
      seen.push({ ...file, sha256: null })
  }
  return { seen, leftOut }
}

/** Why a file is not even read. */
function reasonBefore({ path, size }: FoundFile, attached: ReadonlySet<string>): 'large' | 'many' | undefined {
  if (size > LIMITS.agentFileBytes)
    return 'large'
  return attached.size >= LIMITS.agentFilesPerTurn && !attached.has(shownPath(path)) ? 'many' : undefined
}

/** So long the end of a turn waits for a store that is away: its files come with the next one then. */
const PATIENCE_MS = 30_000

/** What is left out for another reason is not recorded: the next turn tries it again. */
const isFinal = (result: string) => result === 'large' || result === 'many'

export const changedFiles = ({ files }: Walk, record: ReadonlyMap<string, RecordedFile>): FoundFile[] =>
  firstOf(files.filter(({ path, stamp }) => record.get(path)?.stamp !== stamp), LIMITS.agentFilesPerTurn * 2, (a, b) => comparePaths(a.path, b.path))

function goneFrom({ files, skipped, isWhole }: Walk, record: ReadonlyMap<string, RecordedFile>): string[] {
  const there = new Set([...files.map(({ path }) => path), ...skipped])
  return isWhole ? [...record.keys()].filter(path => !there.has(path)) : []
}
