import { LIMITS, PDF_TYPE, TEXT_TYPE, type ImageType } from '../../shared/attachments.ts'
import { IMAGE_LABEL, type ContentBlock } from '../agents/agent.ts'
import type { BlobStore } from '../storage/blobStore.ts'
import type { AttachmentRow, MessageRow } from '../storage/database.ts'
import type { StoredBlock } from '../storage/messageInsert.ts'

/** What the agent gets, made anew from the stored bytes when its turn comes: a message that waits holds no memory. */
export async function buildBlocks(message: MessageRow, attachments: readonly AttachmentRow[], blobs: BlobStore): Promise<ContentBlock[]> {
  const byId = new Map(attachments.map(attachment => [attachment.id, attachment]))
  const content: ContentBlock[] = []
  for (const block of JSON.parse(message.content) as StoredBlock[]) {
    if (block.type === 'text') {
      content.push(block)
      continue
    }
    const attachment = byId.get(block.attachmentId)
    if (!attachment) // deleted since
      continue
    content.push(...block.type === 'image' ? await imageBlocks(attachment, blobs) : [await documentBlock(attachment, blobs)])
  }
  return content
}

async function imageBlocks(image: AttachmentRow, blobs: BlobStore): Promise<ContentBlock[]> {
  const data = (await blobs.read(image.storage_path)).toString('base64')
  return [
    { type: 'text', text: IMAGE_LABEL + image.filename },
    { type: 'image', source: { type: 'base64', media_type: image.mime_type as ImageType, data } },
  ]
}

async function documentBlock(document: AttachmentRow, blobs: BlobStore): Promise<ContentBlock> {
  const isText = document.mime_type === TEXT_TYPE
  if (isText && document.size > LIMITS.inlineTextBytes && document.workspace_path !== null)
    return { type: 'file', name: document.filename, mediaType: TEXT_TYPE, size: document.size, path: document.workspace_path }

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
