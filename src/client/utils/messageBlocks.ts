import type { DocumentBlock, ImageBlock, MediaReference, SendMessage } from '../../shared/protocol.ts'
import { LIMITS, TEXT_TYPE } from '../../shared/attachments.ts'
import type { DraftMedia } from './fileUtils.ts'

/** A draft's medias in the shape of the Agent SDK, and beside it their names in the person's order. */
export interface SdkAttachments {
  images: ImageBlock[]
  documents: DocumentBlock[]
  media: MediaReference[]
}

export function toSdkBlocks(medias: readonly DraftMedia[]): SdkAttachments {
  const blocks: SdkAttachments = { images: [], documents: [], media: [] }
  for (const media of medias) {
    const kind = media.type === 'image' ? 'image' : 'document'
    const index = kind === 'image'
      ? blocks.images.push(imageBlock(media)) - 1
      : blocks.documents.push(documentBlock(media)) - 1
    blocks.media.push({ kind, index, id: media.id, name: media.name })
  }
  return blocks
}

function imageBlock({ mimeType, base64 }: DraftMedia): ImageBlock {
  return { type: 'image', source: { type: 'base64', media_type: mimeType, data: base64 } }
}

function documentBlock({ name, type, mimeType, base64 }: DraftMedia): DocumentBlock {
  const title = Array.from(name).slice(0, LIMITS.titleChars).join('')
  return type === 'txt'
    ? { type: 'document', title, source: { type: 'text', media_type: TEXT_TYPE, data: base64 } }
    : { type: 'document', title, source: { type: 'base64', media_type: mimeType, data: base64 } }
}

/** What a message needs beside its attachments. */
export type MessageHead = Required<Pick<SendMessage, 'message_id' | 'session_id' | 'project_id' | 'text'>> & Pick<SendMessage, 'session_title'>

/** The frame that sends a message: UTF-8 JSON, as a Blob because a page sends those without stalling. */
export function sendFrame(head: MessageHead, medias: readonly DraftMedia[]): Blob {
  const frame: SendMessage = { type: 'send_message', ...head, ...toSdkBlocks(medias) }
  return new Blob([JSON.stringify(frame)])
}
