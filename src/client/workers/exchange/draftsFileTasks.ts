import { bytesToBase64 } from '../../../shared/base64.ts'
import { fileMediaType } from '../../../shared/files/fileMediaType.ts'
import { uuid } from '../../../shared/uuid.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { getBytes } from '../../utils/network/api.ts'
import * as storage from '../../utils/storage/draftStorage.ts'
import { getIntake } from '../../utils/storage/intake/intakeStorage.ts'
import type { IntakeFile } from '../../utils/storage/intakeRecords.ts'
import { removeOrphanedMedias } from '../../utils/storage/orphanStorage.ts'
import { buildDraftsFile, type Unsent } from './exporting.ts'
import { getMedia, withCaptions } from '../media/heldMedias.ts'
import { mediaCache } from '../media/mediaCache.ts'
import { importDrafts, type ImportReport } from './importing.ts'

/** What concerns all drafts of this device at once, megabytes included. */

export interface ExportedDrafts {
  file: Blob
  /** How many files are not in it, because they are no longer here or not read yet. */
  missing: number
}

/** One file of all these drafts and messages, with their medias in their order. */
export async function exportDrafts(unsent: readonly Unsent[]): Promise<ExportedDrafts> {
  const all = unsent.flatMap(({ mediaIds }) => mediaIds)
  const saved = await storage.findDraftMedias(all)
  const given = new Map((await getIntake()).map(file => [file.id, file]))
  const isHere = (id: string) => saved.has(id) || given.has(id) || mediaCache.isTabOnly(id)
  const there = unsent.map(entry => ({ ...entry, mediaIds: entry.mediaIds.filter(isHere) }))
  const get = async (id: string) => saved.has(id) ? getWithBytes(id) : await asGiven(given.get(id)) ?? getWithBytes(id)
  return { file: await buildDraftsFile(there, get), missing: all.length - all.filter(isHere).length }
}

/** One that is still being prepared: where it is imported it is prepared anew. */
async function asGiven(file: IntakeFile | undefined): Promise<DraftMedia | undefined> {
  if (!file)
    return undefined
  const { id, sessionId, name, mediaType, createdAt, intoFolder } = file
  const base64 = bytesToBase64(new Uint8Array(await new Blob([file.file]).arrayBuffer()))
  return { id, sessionId, name, createdAt, base64, type: intoFolder ? 'file' : 'image', mimeType: fileMediaType(mediaType) }
}

/** Elsewhere nothing is known of what this server holds: those bytes go along. @throws where the server cannot be reached, or has it no longer */
async function getWithBytes(id: string): Promise<DraftMedia> {
  const held = await getMedia(id)
  const [media = held] = await withCaptions([held])
  if (!media.stored)
    return media
  const blob = await getBytes(media.stored.url)
  return { ...media, base64: media.type === 'txt' ? await blob.text() : bytesToBase64(new Uint8Array(await blob.arrayBuffer())) }
}

const imports = new Map<string, AsyncGenerator<ImportReport>>()

/** @returns under what it goes on */
export async function beginImport(file: File): Promise<string> {
  const id = uuid()
  imports.set(id, importDrafts(file))
  return id
}

/** One entry further. @throws FileRejectedError where the file is none of ours */
export async function continueImport(id: string): Promise<ImportReport> {
  const importing = imports.get(id)
  if (!importing)
    throw new Error('the import has ended')
  try {
    const { value } = await importing.next() as { value: ImportReport }
    if (value.done)
      imports.delete(id)
    return value
  }
  catch (error) {
    imports.delete(id)
    throw error
  }
}

/** Milliseconds. What is younger may be in use in a way that is not known here. */
const DAY = 24 * 60 * 60 * 1000

/** Removes from the device what nothing refers to any more. */
export const removeOrphans = (): Promise<number> => removeOrphanedMedias(Date.now() - DAY)
