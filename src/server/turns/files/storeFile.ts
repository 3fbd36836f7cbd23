import type { FastifyBaseLogger } from 'fastify'
import { randomUUID } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { LIMITS } from '../../../shared/attachments.ts'
import { plainLine } from '../../../shared/plainText.ts'
import type { Quota } from '../../attachments/quota.ts'
import { isUnavailable, ProblemError } from '../../errors/problems.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Saving } from '../../queues/saving.ts'
import { storedFilename } from '../../inspection/filenames.ts'
import { newBlobKey, type BlobStore } from '../../storage/blobs/blobStore.ts'
import type { Database } from '../../storage/database/database.ts'
import { saveAttachment, type NewAttachment } from '../../storage/rows/attachmentRows.ts'
import { tidyUnreferenced } from '../../storage/rows/blobReferences.ts'
import { recordFiles, shownPath, type RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import { WorkspacePathError, withWorkspaceFile } from '../../storage/workspace/workspaceFiles.ts'
import { takeReplaced } from './answerFiles.ts'
import { agentFileType } from './agentFileType.ts'
import type { LeftOutReason } from './leftOut.ts'
import { FileChangingError, readAgain, readWhole, type ReadFile } from './readFile.ts'

export interface StoreFileDeps { database: Database, blobs: BlobStore, quota: Quota, saving: Saving, log: FastifyBaseLogger }

interface Place { session: SessionKey, messageId: string, folder: string }

/** Characters of a name as it is shown. */
const NAME_CHARS = 1000

/**
 * Puts a file of the folder among the message's attachments. `same`: its bytes are the ones that were recorded.
 * @param isOver a store that is away is not waited for any longer
 */
export async function storeFile(deps: StoreFileDeps, place: Place, path: string, recorded: RecordedFile | undefined, isOver: () => boolean): Promise<'stored' | 'same' | LeftOutReason> {
  try {
    return await deps.saving.keepTrying(() => withWorkspaceFile(place.folder, path, file => storeOpen(deps, place, path, file, recorded)), error => !isUnavailable(error) || isOver())
  }
  catch (error) {
    if (error instanceof FileChangingError)
      return 'changing'
    if (error instanceof WorkspacePathError)
      return 'unreadable'
    if (error instanceof ProblemError && error.problem.code === 'quota_exceeded')
      return 'quota'
    deps.log.warn(error, 'a file of the agent was not stored')
    return 'storage'
  }
}

async function storeOpen({ database, blobs, quota, log }: StoreFileDeps, { session, messageId }: Place, path: string, file: FileHandle, recorded: RecordedFile | undefined) {
  if ((await file.stat()).size > LIMITS.agentFileBytes)
    return 'large' // it has grown since it was looked at
  const read = await readWhole(file)
  const row: RecordedFile = { path, size: read.size, sha256: read.sha256, mode: read.mode, stamp: read.stamp }
  if (recorded?.sha256 === read.sha256) {
    await recordFiles(database, session, [row])
    return 'same'
  }
  await quota.require(session.tenant, read.size)
  const storagePath = newBlobKey(session.tenant)
  const unused = [storagePath]
  try {
    await blobs.put(storagePath, readAgain(file, read))
    await database.transaction().execute(async (trx) => {
      unused.push(...await takeReplaced(trx, messageId, path)) // what this turn had made of it before
      await saveAttachment(trx, session.tenant, messageId, describe(path, read, storagePath))
      await recordFiles(trx, session, [row])
      await quota.verify(trx, session.tenant)
    })
    return 'stored'
  }
  finally {
    await tidyUnreferenced({ database, blobs, log }, unused)
  }
}

function describe(path: string, { size, sha256, head }: ReadFile, storagePath: string): NewAttachment {
  const filename = storedFilename(plainLine(path.slice(path.lastIndexOf('/') + 1), NAME_CHARS))
  const facts = head.length === size ? agentFileType(filename, head) : agentFileType(filename, Buffer.from([0]))
  return { id: randomUUID(), filename, ...facts, size, sha256, pages: null, storagePath, agentPath: shownPath(path) }
}
