import type { FastifyBaseLogger } from 'fastify'
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { Database, MessageRow } from '../../storage/database/database.ts'
import { sessionOf } from '../../storage/rows/messageInsert.ts'
import { findStoredBytes, readWorkspaceRecord, type RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import type { TenantWorkspaces } from '../../storage/workspace/tenantWorkspaces.ts'
import { writeWorkspaceFile } from '../../storage/workspace/workspaceFiles.ts'
import { catchUp } from './catchUp.ts'
import { restoredNotice } from './restoredNotice.ts'
import { rewindFiles } from './rewindFiles.ts'

export interface RestoreDeps { database: Database, blobs: BlobStore, workspaces: Pick<TenantWorkspaces, 'home'>, log: FastifyBaseLogger }

/** Files that are looked for side by side. */
const AT_ONCE = 32

/**
 * Before a turn: what is recorded and does not lie in the folder any more is put back from its stored bytes. What is
 * there stays as it is, but for what another server has changed since. @returns what is to be said where something could not be put back
 */
export async function restoreFiles(deps: RestoreDeps, asked: MessageRow, folder: string): Promise<Part | undefined> {
  const { database, blobs, workspaces, log } = deps
  const session = sessionOf(asked)
  await catchUp(database, session, folder, await workspaces.home())
  const rewound = asked.restores_files ? await rewindFiles(database, asked, folder) : undefined
  const recorded = Array.from((await readWorkspaceRecord(database, session)).values()).filter(({ sha256 }) => sha256 !== null)
  const missing = await missingFrom(folder, recorded)
  const places = await findStoredBytes(database, session, missing.map(({ sha256 }) => sha256 ?? ''))
  const lost: string[] = []
  for (const file of missing) {
    const place = places.get(file.sha256 ?? '')
    try {
      if (place === undefined)
        lost.push(file.path)
      else
        await writeWorkspaceFile(folder, file.path, await blobs.read(place), file.mode)
    }
    catch (error) {
      log.warn(error, 'a file of a workspace was not put back')
      lost.push(file.path)
    }
  }
  return restoredNotice(lost, rewound)
}

async function missingFrom(folder: string, recorded: readonly RecordedFile[]): Promise<RecordedFile[]> {
  const missing: RecordedFile[] = []
  for (let start = 0; start < recorded.length; start += AT_ONCE) {
    const some = await Promise.all(recorded.slice(start, start + AT_ONCE).map(async file => await isThere(path.join(folder, file.path)) ? [] : [file]))
    missing.push(...some.flat())
  }
  return missing
}

const isThere = (file: string) => lstat(file).then(() => true, () => false)
