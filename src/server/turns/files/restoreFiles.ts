import type { FastifyBaseLogger } from 'fastify'
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { plainLine } from '../../../shared/plainText.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { Database, MessageRow } from '../../storage/database/database.ts'
import { sessionOf } from '../../storage/rows/messageInsert.ts'
import { findStoredBytes, readWorkspaceRecord, type RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import { writeWorkspaceFile } from '../../storage/workspace/workspaceFiles.ts'
import { rewindFiles } from './rewindFiles.ts'

export interface RestoreDeps { database: Database, blobs: BlobStore, log: FastifyBaseLogger }

/** Files that are looked for side by side. */
const AT_ONCE = 32
const NAMED = 5

/**
 * Before a turn: what is recorded and does not lie in the folder any more is put back from its stored bytes. What is
 * there stays as it is. @returns what is to be said where something could not be put back
 */
export async function restoreFiles(deps: RestoreDeps, asked: MessageRow, folder: string): Promise<Part | undefined> {
  const { database, blobs, log } = deps
  const session = sessionOf(asked)
  const isRewound = asked.restores_files ? await rewindFiles(deps, asked, folder) : false
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
  if (lost.length)
    return notice(lost)
  return isRewound ? { type: 'notice', id: 'files-restored', code: 'restored', text: 'The agent\'s folder was put back as it was at this point of the conversation.' } : undefined
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

function notice(lost: readonly string[]): Part {
  const names = lost.slice(0, NAMED).map(file => plainLine(file, 120)).join(', ')
  const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : ''
  return { type: 'notice', id: 'files-not-restored', code: 'not_restored', text: `These files are gone from the agent's folder, and could not be put back: ${names}${more}.` }
}
