import { refusal } from '../errors/problems.ts'
import type { GivenAttachment } from '../inspection/admission.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { getAttachment } from '../storage/rows/attachmentRows.ts'
import { referenceGone } from '../storage/rows/uploadRows.ts'

/** Attachments of the tenant that are attached once more, in the order of the ids. @throws a 404 for one that is not there, or another tenant's */
export async function findReferences({ database, blobs }: { database: Database, blobs: BlobStore }, tenant: string, ids: readonly string[]): Promise<GivenAttachment[]> {
  if (new Set(ids).size < ids.length)
    throw refusal(400, 'invalid_request', 'An attachment is named twice. One message takes each once.')
  return Promise.all(ids.map(async (id): Promise<GivenAttachment> => {
    const row = await getAttachment(database, tenant, id)
    if (!row)
      throw referenceGone()
    const { storage_path: storagePath, filename, mime_type: mimeType, size, sha256, caption } = row
    return { reference: { id, storagePath, filename, mimeType, size, sha256, read: () => blobs.read(storagePath) }, caption: caption ?? undefined }
  }))
}
