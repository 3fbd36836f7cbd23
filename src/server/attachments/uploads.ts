import type { FastifyBaseLogger } from 'fastify'
import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { formatBytes, LIMITS, TEXT_TYPE, type MediaType } from '../../shared/attachments.ts'
import type { Account } from '../identity/account.ts'
import type { GivenAttachment, StagedUpload } from '../inspection/admission.ts'
import { refuserOf } from '../errors/rejectedFile.ts'
import { refuseTooManyAttachments } from '../inspection/counts.ts'
import { admitType } from '../inspection/mediaTypes.ts'
import { refusal } from '../errors/problems.ts'
import type { Quota } from './quota.ts'
import { SNIFF_BYTES } from '../../shared/sniff.ts'
import { deleteUnreferenced, tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import { newBlobKey, type BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database, UploadRow } from '../storage/database/database.ts'
import { storedFilename } from '../inspection/filenames.ts'
import { insertUploads, uploadGone } from '../storage/rows/uploadRows.ts'
import { required } from '../../shared/required.ts'
import { nameInSentence } from '../../shared/plainText.ts'

/** Milliseconds in which a message has to claim an upload. */
const STAGED_MS = 24 * 60 * 60 * 1000

/** A file as it comes in. */
export interface IncomingFile {
  filename: string
  /** What whoever sends it says it is. */
  mimeType: string
  content: AsyncIterable<Buffer>
}

export type Uploads = ReturnType<typeof createUploads>

/** Files that are sent before the message they belong to. */
export function createUploads({ database, blobs, quota, log }: { database: Database, blobs: BlobStore, quota: Quota, log: FastifyBaseLogger }) {
  return {
    /** Streams the files into the store, one after the other. All of them, or nothing is kept. */
    async receive({ tenant, user }: Account, files: AsyncIterable<IncomingFile>): Promise<UploadRow[]> {
      const rows: UploadRow[] = []
      const put: string[] = []
      try {
        for await (const file of files) {
          const id = randomUUID()
          const key = newBlobKey(tenant)
          const filename = storedFilename(file.filename)
          await quota.require(tenant, 1 + received(rows)) // for whom there is no room anyway it is not read
          const meter = createMeter(filename, file.mimeType)
          put.push(key)
          await blobs.put(key, Readable.from(meter.measure(file.content)))
          const now = Date.now()
          rows.push({
            id,
            tenant_id: tenant,
            user_id: user,
            filename,
            ...meter.result(),
            storage_path: key,
            created_at: new Date(now).toISOString(),
            expires_at: new Date(now + STAGED_MS).toISOString(),
            attachment_id: null,
          })
          await quota.require(tenant, received(rows))
        }
        await insertUploads(database, rows, trx => quota.verify(trx, tenant))
        return rows
      }
      finally {
        // Of files that were not saved, or bytes that were there already.
        await tidyUnreferenced({ database, blobs, log }, put)
      }
    },

    /** In the order of the ids. @throws a problem for one that is not there any more, or never was */
    async find(tenant: string, ids: readonly string[]): Promise<GivenAttachment[]> {
      if (new Set(ids).size < ids.length)
        throw refusal(400, 'invalid_request', 'An upload is named twice. One message takes each once.')
      if (!ids.length)
        return []
      refuseTooManyAttachments(ids.length)
      const found = await database.selectFrom('uploads').selectAll().where('tenant_id', '=', tenant).where('id', 'in', ids).execute()
      const rows = new Map(found.map(row => [row.id, row]))
      return ids.map((id) => {
        const row = rows.get(id)
        if (!row)
          throw uploadGone(id)
        if (row.attachment_id === null && Date.parse(row.expires_at) <= Date.now())
          throw refusal(410, 'upload_expired', `“${nameInSentence(row.filename)}” waited for its message for too long and is removed. Upload it again.`, { filename: row.filename })
        return { upload: staged(row) }
      })
    },

    /** Removes what no message claimed in time. */
    async removeUnclaimed() {
      const expired = await database.deleteFrom('uploads')
        .where('attachment_id', 'is', null).where('expires_at', '<=', new Date().toISOString())
        .returning('storage_path')
        .execute()
      await deleteUnreferenced(database, blobs, expired.map(({ storage_path }) => storage_path))
    },
  }

  function staged({ id, storage_path, filename, mime_type, size }: UploadRow): StagedUpload {
    return { id, storagePath: storage_path, filename, mimeType: mime_type, size, read: () => blobs.read(storage_path) }
  }
}

const received = (rows: readonly UploadRow[]) => rows.reduce((sum, { size }) => sum + size, 0)

/** Looks at a file's bytes while they pass by: what they are, how many, and their hash. Stops at what may not pass. */
function createMeter(filename: string, claimedType: string) {
  const refuse = refuserOf(filename)
  const hash = createHash('sha256')
  let size = 0
  let type: MediaType | undefined

  function decideType(head: Buffer) {
    const verdict = admitType(head, filename, claimedType)
    if (!verdict.type || verdict.type === TEXT_TYPE)
      throw refuse(415, verdict.reason ?? 'only images and PDFs can be uploaded. Send a text with its message.')
    type = verdict.type
  }

  return {
    async* measure(content: AsyncIterable<Buffer>) {
      let head = Buffer.alloc(0)
      for await (const chunk of content) {
        size += chunk.length
        if (size > LIMITS.uploadBytes)
          throw refuse(413, `it has more than the ${formatBytes(LIMITS.uploadBytes)} that one file may have.`)
        hash.update(chunk)
        if (type) {
          yield chunk
          continue
        }
        head = Buffer.concat([head, chunk])
        if (head.length < SNIFF_BYTES)
          continue
        decideType(head)
        yield head
      }
      if (size === 0)
        throw refuse(422, 'it is empty.')
      if (!type) {
        decideType(head)
        yield head
      }
    },

    /** Once everything has passed. */
    result: () => ({ mime_type: required(type, 'the type of an upload that passed'), size, sha256: hash.digest('hex') }),
  }
}
