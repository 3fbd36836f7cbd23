import { createHash } from 'node:crypto'
import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import { formatBytes, isImageMimeType, kindOf, LIMITS, type Limits } from '../../shared/attachments.ts'
import { base64Length } from '../../shared/base64.ts'
import { cleanCaption } from '../../shared/files/caption.ts'
import { wellFormed } from '../../shared/wellFormed.ts'
import { blockLength, type GivenBlock } from './blockBytes.ts'
import { refuseTooManyAttachments } from './counts.ts'
import { decodeAll, type PictureToDecode } from './imageDecoding.ts'
import type { ImageDecoder } from './decoders/images.ts'
import { reducedBytes } from './decoders/imageReduction.ts'
import { inspect, inspectFile, type GivenFile, type Inspected, type InspectedAttachment } from './inspection.ts'
import type { PdfInspector } from './pdf.ts'
import { refusal } from '../errors/problems.ts'
import { storedFilename } from './filenames.ts'
import { encodedLength, inspectWorkspaceFile, type GivenWorkspaceFile } from './workspaceFiles.ts'

/** A message that may be stored: everything in it was checked. */
export interface AdmittedMessage {
  text: string
  /** In the person's order. */
  attachments: InspectedAttachment[]
  /** Hex; the same for the same text and files under the same names, whatever way they came. */
  bodySha256: string
}

/** A file of a message: in a frame's block, with the request, or uploaded before and read from the store. */
export type GivenAttachment = { caption?: string } & (
  | GivenBlock & { filename: string }
  | { file: GivenFile }
  | { workspaceFile: GivenWorkspaceFile }
  | { upload: StagedUpload }
  | { reference: StoredReference }
)

/** What was uploaded before. Its bytes are read only when it is their turn. */
export interface StagedUpload {
  id: string
  storagePath: string
  filename: string
  mimeType: string
  /** Bytes. */
  size: number
  read: () => Promise<Buffer>
}

/** An attachment of before, which is attached once more. */
interface StoredReference extends StagedUpload {
  /** Hex. */
  sha256: string
}

export interface GivenMessage {
  text: string
  /** In the person's order. */
  attachments: GivenAttachment[]
}

/** What looks into files, for whom, and how large things may be. */
export interface Inspection {
  pdfs: PdfInspector
  images: ImageDecoder
  tenant: string
  limits: Limits
}

/** Everything the browser checked is checked again: what gets past here is what the agent gets. */
export async function admit(message: GivenMessage, inspection: Inspection): Promise<AdmittedMessage> {
  const text = wellFormed(message.text)
  const count = message.attachments.length
  if (text.trim() === '' && count === 0)
    throw refusal(400, 'empty_message', 'The message is empty: it has neither text nor attachments.')
  refuseTooManyAttachments(count)
  refuseLongText(text)
  refuseTooLarge(message, inspection.limits)

  const attachments: InspectedAttachment[] = []
  const pictures: PictureToDecode[] = []
  for (const given of message.attachments) {
    if ('reference' in given && kindOf(given.reference.mimeType) === 'file') { // nobody looks into it
      attachments.push({ ...referredFile(given.reference), caption: cleanCaption(given.caption) })
      continue
    }
    const { bytes, ...inspected } = await inspectGiven(given, inspection)
    if (inspected.kind === 'image' && !('block' in given)) // a page has decoded its own already; the turn looks again, at all of them
      pictures.push({ ...inspected, bytes })
    attachments.push({ ...inspected, caption: cleanCaption(given.caption), ...'upload' in given ? { upload: given.upload } : 'reference' in given ? { reference: given.reference } : { bytes } })
    await yieldToEventLoop() // thirty megabytes at a stretch would keep everybody else waiting
  }
  await decodeAll(pictures, inspection.images, inspection.tenant)
  return { text, attachments, bodySha256: hashBody(text, attachments) }
}

function refuseLongText(text: string) {
  const bytes = Buffer.byteLength(text)
  if (bytes > LIMITS.messageTextBytes)
    throw refusal(413, 'text_too_large', `The text is ${formatBytes(bytes - LIMITS.messageTextBytes)} too long: ${formatBytes(LIMITS.messageTextBytes)} are possible. Send it as a text file instead.`)
}

const referredFile = (reference: StoredReference): InspectedAttachment => ({
  kind: 'file',
  filename: reference.filename,
  mimeType: reference.mimeType,
  size: reference.size,
  sha256: reference.sha256,
  width: null,
  height: null,
  pages: null,
  reference,
})

async function inspectGiven(given: GivenAttachment, inspection: Inspection): Promise<Inspected> {
  if ('block' in given)
    return inspect(given, given.filename, inspection)
  if ('workspaceFile' in given)
    return inspectWorkspaceFile(given.workspaceFile)
  if ('file' in given)
    return inspectFile({ ...given.file, filename: storedFilename(given.file.filename) }, LIMITS.uploadBytes, inspection)
  const { filename, mimeType, read } = 'upload' in given ? given.upload : given.reference
  return inspectFile({ filename, mimeType, bytes: await read() }, LIMITS.uploadBytes, inspection)
}

function refuseTooLarge({ text, attachments }: GivenMessage, limits: Limits) {
  const bytes = attachments.reduce((sum, attachment) => sum + lengthAsSent(attachment, limits), Buffer.byteLength(text))
  if (bytes > LIMITS.messageBytes) {
    throw refusal(413, 'message_too_large',
      `The message has ${formatBytes(bytes)} as it is sent; ${formatBytes(LIMITS.messageBytes)} are possible. Send some of the files in a second message.`)
  }
  const withFiles = attachments.reduce((sum, given) => sum + ('workspaceFile' in given ? encodedLength(given.workspaceFile) : 0), bytes)
  if (withFiles > LIMITS.frameBytes) {
    throw refusal(413, 'message_too_large',
      `The message and the files for the agent's folder have ${formatBytes(withFiles)} as they are sent; ${formatBytes(LIMITS.frameBytes)} are possible. Send some of the files in a second message.`)
  }
}

/** Bytes that the agent's request grows by, at most. */
function lengthAsSent(given: GivenAttachment, limits: Limits): number {
  if ('block' in given)
    return blockLength(given)
  if ('workspaceFile' in given)
    return 0 // the agent is told where it lies
  const { size, mimeType } = 'file' in given ? { size: given.file.bytes.length, mimeType: given.file.mimeType } : 'upload' in given ? given.upload : given.reference
  if ('reference' in given && kindOf(mimeType) === 'file')
    return 0
  if (isImageMimeType(mimeType) && base64Length(size) > limits.imageBase64Chars)
    return base64Length(reducedBytes(limits))
  return size > LIMITS.fileBytes ? 0 : base64Length(size) // a larger file is only named
}

function hashBody(text: string, attachments: readonly InspectedAttachment[]) {
  const files = attachments.map(({ kind, filename, mimeType, sha256, caption }) => [kind, filename, mimeType, sha256, ...caption === undefined ? [] : [caption]])
  return createHash('sha256').update(JSON.stringify([text, files])).digest('hex')
}
