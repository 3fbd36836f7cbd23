import { LIMITS, TEXT_TYPE } from '../../../shared/attachments.ts'
import type { DocumentBlock, ImageBlock, MediaReference, WorkspaceFile } from '../../../shared/protocol/blocks.ts'
import type { SendMessage } from '../../../shared/protocol/frames.ts'
import { uuid } from '../../../shared/uuid.ts'
import type { DraftMedia } from '../files/fileUtils.ts'

/** A draft's medias in the shape of the Agent SDK, and beside it their names in the person's order. */
export interface SdkAttachments {
  images: ImageBlock[]
  documents: DocumentBlock[]
  /** For the agent's workspace only; left out where there are none. */
  files?: WorkspaceFile[]
  media: MediaReference[]
}

/** The name of the text that was read from an Office document: beside the document, which keeps its own. */
export const readTextName = (name: string): string => `${name}.md`

/** What the server holds already is left out: it goes by reference. */
export function toSdkBlocks(medias: readonly DraftMedia[]): SdkAttachments {
  const images: ImageBlock[] = []
  const documents: DocumentBlock[] = []
  const files: WorkspaceFile[] = []
  const media: MediaReference[] = []
  for (const { readFrom, ...one } of medias.filter(({ stored }) => !stored)) {
    const name = readFrom ? readTextName(one.name) : one.name
    if (one.type === 'image')
      media.push({ kind: 'image', index: images.push(imageBlock(one)) - 1, id: one.id, name, ...one.caption && { caption: one.caption } })
    else if (one.type !== 'file')
      media.push({ kind: 'document', index: documents.push(documentBlock({ ...one, name })) - 1, id: one.id, name })
    const file = one.type === 'file' ? one : readFrom
    if (file)
      media.push({ kind: 'file', index: files.push(workspaceFile(one.name, file)) - 1, id: one.id, name: one.name })
  }
  return { images, documents, ...files.length && { files }, media }
}

const workspaceFile = (name: string, { mimeType, base64 }: Pick<DraftMedia, 'mimeType' | 'base64'>): WorkspaceFile =>
  ({ name, source: { type: 'base64', media_type: mimeType, data: base64 } })

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
export type MessageHead = Required<Pick<SendMessage, 'message_id' | 'session_id' | 'project_id' | 'text'>> & Pick<SendMessage, 'session_title' | 'replaces' | 'restore_files' | 'model' | 'effort'>

/** A media of a draft, or one whose base64 was made into bytes before. A text is always itself. */
export type SendableMedia = DraftMedia | Omit<DraftMedia, 'base64' | 'readFrom' | 'reading' | 'given'> & { base64: Blob, readFrom?: undefined }

/**
 * The frame that sends a message: UTF-8 JSON, as a Blob because a page sends those without stalling.
 * base64 is the same in JSON as outside of it: megabytes of it are put in as bytes where only a mark was written.
 */
export function sendFrame(head: MessageHead, all: readonly SendableMedia[]): Blob {
  const mark = uuid()
  const medias = all.filter(({ stored }) => !stored)
  const references = all.flatMap(({ stored }) => stored?.id ?? [])
  const frame: SendMessage = {
    type: 'send_message', ...head, ...toSdkBlocks(medias.map(media => marked(media, mark))),
    ...references.length && { attachment_ids: references, attachment_places: placesOf(all) },
  }
  const encoded = inFramesOrder(medias)
  return new Blob(JSON.stringify(frame).split(`"${mark}"`).flatMap((part, i) => {
    const base64 = encoded[i]
    if (base64 === undefined)
      return [part]
    return [part, '"', typeof base64 === 'string' ? asciiBytes(base64) : base64, '"']
  }))
}

/** Where those stand that go by reference, among all that the server makes of these. */
function placesOf(all: readonly SendableMedia[]): number[] {
  let place = 0
  return all.flatMap(({ type, stored, readFrom }) => {
    const own = place
    place += readFrom && type !== 'file' ? 2 : 1 // the text that was read, and the document
    return stored ? [own] : []
  })
}

function marked({ readFrom, ...media }: SendableMedia, mark: string): DraftMedia {
  const base64 = media.type === 'txt' && typeof media.base64 === 'string' ? media.base64 : mark
  return { ...media, base64, ...readFrom && { readFrom: { ...readFrom, base64: mark } } }
}

/** Characters of base64 that go into the agent's workspace only: they cost the message nothing but its way. */
export const workspaceChars = (medias: readonly SendableMedia[]): number =>
  inFramesOrder(medias.filter(({ type, readFrom }) => type === 'file' || readFrom))
    .reduce((sum, base64) => sum + (typeof base64 === 'string' ? base64.length : base64.size), 0)

/** What was marked: images, then documents, then files. */
const inFramesOrder = (medias: readonly SendableMedia[]): (string | Blob)[] => [
  ...medias.filter(({ type }) => type === 'image').map(({ base64 }) => base64),
  ...medias.filter(({ type }) => type === 'pdf').map(({ base64 }) => base64),
  ...medias.flatMap(({ type, base64, readFrom }) => type === 'file' ? [base64] : readFrom ? [readFrom.base64] : []),
]

/** Three times as fast as an encoder that has to find out how much room it needs. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  const { read, written } = new TextEncoder().encodeInto(text, bytes)
  if (read !== text.length || written !== text.length)
    throw new Error('an attachment of this message is damaged on this device')
  return bytes
}
