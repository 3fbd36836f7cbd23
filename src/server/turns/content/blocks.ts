import { LIMITS, PDF_TYPE, TEXT_TYPE, type ImageType, type Limits } from '../../../shared/attachments.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import type { ContentBlock } from '../../agents/agent.ts'
import { labelOf } from '../../agents/attachedFiles.ts'
import { decodeAll, requireSound, unchecked, type PictureToDecode } from '../../inspection/imageDecoding.ts'
import { needsReduction } from '../../inspection/decoders/imageReduction.ts'
import type { ImageDecoder } from '../../inspection/decoders/images.ts'
import { refusal } from '../../errors/problems.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { AttachmentRow, MessageRow } from '../../storage/database/database.ts'
import type { StoredBlock } from '../../storage/rows/messageInsert.ts'

export interface BlockDeps { blobs: BlobStore, images: ImageDecoder, limits: Limits }

/**
 * What the agent gets, made anew from the stored bytes when its turn comes: a message that waits holds no memory.
 * @throws a refusal of an image that cannot be decoded: the agent never sees it
 */
export async function buildBlocks(message: MessageRow, attachments: readonly AttachmentRow[], { blobs, images, limits }: BlockDeps): Promise<ContentBlock[]> {
  const byId = new Map(attachments.map(attachment => [attachment.id, attachment]))
  const content: ContentBlock[] = []
  const pictures: PictureToDecode[] = []
  for (const block of JSON.parse(message.content) as StoredBlock[]) {
    if (block.type === 'text') {
      content.push({ type: 'text', text: message.text })
      continue
    }
    const attachment = byId.get(block.attachmentId)
    if (!attachment) // deleted since
      continue
    if (block.type === 'image')
      content.push(...await imageBlocks(attachment, { blobs, images, limits }, pictures))
    else
      content.push(block.type === 'file' ? fileBlock(attachment) : await documentBlock(attachment, blobs))
  }
  await decodeAll(pictures, images, message.tenant_id)
  return content
}

async function imageBlocks(image: AttachmentRow, deps: BlockDeps, pictures: PictureToDecode[]): Promise<ContentBlock[]> {
  const { bytes, mimeType, isReduced } = await readImage(image, deps)
  if (!isReduced) // what was made here is sound
    pictures.push({ filename: image.filename, bytes, width: image.width, height: image.height })
  return [
    { type: 'text', text: labelOf(image.filename, image.caption) },
    { type: 'image', source: { type: 'base64', media_type: mimeType, data: bytes.toString('base64') } },
  ]
}

/** As it was given, or as much of it as Claude takes. */
async function readImage({ tenant_id, storage_path, mime_type, filename, size, width, height }: AttachmentRow, { blobs, images, limits }: BlockDeps) {
  const bytes = await blobs.read(storage_path)
  if (!needsReduction({ size, width, height }, limits))
    return { bytes, mimeType: mime_type as ImageType, isReduced: false }
  const { image } = requireSound(filename, await images.reduce(tenant_id, bytes, limits).catch(unchecked(filename)))
  if (!image)
    throw refusal(422, 'attachment_refused', `“${nameInSentence(filename)}” cannot be shown to the agent: the image is damaged. Send it again from a program that opens it.`, { filename })
  return { bytes: Buffer.from(image.bytes), mimeType: image.mimeType, isReduced: true }
}

function fileBlock({ filename, mime_type, size, workspace_path }: AttachmentRow): ContentBlock {
  if (workspace_path === null)
    throw new Error('the file for the agent is not in its folder')
  return { type: 'file', name: filename, mediaType: mime_type, size, path: workspace_path, onlyInFolder: true }
}

async function documentBlock(document: AttachmentRow, blobs: BlobStore): Promise<ContentBlock> {
  const isText = document.mime_type === TEXT_TYPE
  const isLong = document.size > (isText ? LIMITS.inlineTextBytes : LIMITS.fileBytes)
  if (isLong && document.workspace_path !== null)
    return { type: 'file', name: document.filename, mediaType: document.mime_type, size: document.size, path: document.workspace_path }
  if (document.size > LIMITS.fileBytes) // a shorter text can be told after all
    throw new Error('the copy for the agent is not in its folder')

  const title = Array.from(document.filename).slice(0, LIMITS.titleChars).join('')
  const bytes = await blobs.read(document.storage_path)
  return {
    type: 'document',
    title,
    source: isText
      ? { type: 'text', media_type: TEXT_TYPE, data: bytes.toString('utf8') }
      : { type: 'base64', media_type: PDF_TYPE, data: bytes.toString('base64') },
  }
}
