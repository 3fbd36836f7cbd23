import { LIMITS, TEXT_TYPE } from '../../../shared/attachments.ts'
import type { DocumentBlock, ImageBlock, MediaReference, SendMessage } from '../../../shared/protocol/frames.ts'
import { uuid } from '../../../shared/uuid.ts'
import type { DraftMedia } from '../files/fileUtils.ts'

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

/** A media of a draft, or one whose base64 was made into bytes before. A text is always itself. */
export type SendableMedia = DraftMedia | Omit<DraftMedia, 'base64'> & { base64: Blob }

/**
 * The frame that sends a message: UTF-8 JSON, as a Blob because a page sends those without stalling.
 * base64 is the same in JSON as outside of it: megabytes of it are put in as bytes where only a mark was written.
 */
export function sendFrame(head: MessageHead, medias: readonly SendableMedia[]): Blob {
  const mark = uuid()
  const marked = medias.map((media): DraftMedia => isText(media) ? media : { ...media, base64: mark })
  const frame: SendMessage = { type: 'send_message', ...head, ...toSdkBlocks(marked) }
  // In the order in which the frame names them: images, then documents.
  const encoded = [...medias.filter(({ type }) => type === 'image'), ...medias.filter(({ type }) => type === 'pdf')]
  return new Blob(JSON.stringify(frame).split(`"${mark}"`).flatMap((part, i) => {
    const media = encoded[i]
    if (!media)
      return [part]
    return [part, '"', typeof media.base64 === 'string' ? asciiBytes(media.base64) : media.base64, '"']
  }))
}

const isText = (media: SendableMedia): media is DraftMedia => media.type === 'txt'

/** Three times as fast as an encoder that has to find out how much room it needs. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  const { read, written } = new TextEncoder().encodeInto(text, bytes)
  if (read !== text.length || written !== text.length)
    throw new Error('an attachment of this message is damaged on this device')
  return bytes
}
