import type { FastifyBaseLogger } from 'fastify'
import { createHash, randomUUID } from 'node:crypto'
import { isDocumentMimeType, isImageMimeType, TEXT_TYPE, type ImageType } from '../../../shared/attachments.ts'
import { seenImage } from '../../../shared/images/seen.ts'
import type { Attachment } from '../../../shared/protocol/attachment.ts'
import type { Message } from '../../../shared/protocol/message.ts'
import { sniffMediaType } from '../../../shared/sniff.ts'
import { refuserOf } from '../../errors/rejectedFile.ts'
import { refusal } from '../../errors/problems.ts'
import { deleteAttachment, getAttachment, saveAttachment } from './attachmentRows.ts'
import { tidyUnreferenced } from './blobReferences.ts'
import { newBlobKey, type BlobStore } from '../blobs/blobStore.ts'
import type { Database } from '../database/database.ts'
import { storedFilename } from '../../inspection/filenames.ts'
import { toAttachment } from './messageRows.ts'

/** Attachments of one tenant, bytes and rows together. */
export class AttachmentStorage {
  readonly #stores: { database: Database, blobs: BlobStore, log: FastifyBaseLogger }
  readonly #tenant: string

  constructor(stores: { database: Database, blobs: BlobStore, log: FastifyBaseLogger }, tenant: string) {
    this.#stores = stores
    this.#tenant = tenant
  }

  /**
   * Adds a file to a message that is there; what the agent was asked does not change. The same bytes are stored once.
   * @param origin who made it
   * @throws a problem: 404 for a message the tenant does not have, 415 for bytes that are not of this type
   */
  async storeFromBuffer(messageId: string, filename: string, content: Uint8Array, mimeType: string, origin: Attachment['origin'] = 'person'): Promise<Attachment> {
    const storagePath = newBlobKey(this.#tenant)
    const attachment = {
      id: randomUUID(),
      filename: storedFilename(filename),
      mimeType: requireType(content, mimeType, filename),
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      ...isImageMimeType(mimeType) ? lookOf(content, mimeType) : { width: null, height: null },
      pages: null,
      storagePath,
      origin,
    }
    try {
      await this.#stores.blobs.put(storagePath, content)
      return toAttachment(await this.#stores.database.transaction().execute(trx => saveAttachment(trx, this.#tenant, messageId, attachment)))
    }
    finally {
      await tidyUnreferenced(this.#stores, [storagePath])
    }
  }

  /** @throws a 404, also for another tenant's */
  async retrieveAsBuffer(attachmentId: string): Promise<Buffer> {
    const row = await getAttachment(this.#stores.database, this.#tenant, attachmentId)
    if (!row)
      throw noSuchAttachment()
    return this.#stores.blobs.read(row.storage_path)
  }

  /** Row, then bytes if nothing else has the same. Resolves with the message as it is then. @throws a 404, also for another tenant's */
  async delete(attachmentId: string): Promise<Message> {
    const deleted = await this.#stores.database.transaction().execute(trx => deleteAttachment(trx, this.#tenant, attachmentId))
    if (!deleted)
      throw noSuchAttachment()
    await tidyUnreferenced(this.#stores, [deleted.storagePath])
    return deleted.message
  }
}

export const noSuchAttachment = () => refusal(404, 'not_found', 'There is no such attachment.')

/** What is stored is served as this type: it must be one that is harmless, and the bytes' own. */
function requireType(content: Uint8Array, mimeType: string, filename: string): string {
  const sniffed = sniffMediaType(content)
  const isWhatItSays = mimeType === TEXT_TYPE ? !content.includes(0) : sniffed === mimeType
  if (content.length === 0 || !isWhatItSays || !(isImageMimeType(mimeType) || isDocumentMimeType(mimeType)))
    throw refuserOf(filename)(415, `it is not ${mimeType || 'of a type that is supported'}.`)
  return mimeType
}

function lookOf(content: Uint8Array, type: ImageType) {
  const seen = seenImage(content, type)
  return { width: seen?.width ?? null, height: seen?.height ?? null, seen }
}
