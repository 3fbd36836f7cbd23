import { createHash } from 'node:crypto'
import { setImmediate as breath } from 'node:timers/promises'
import { formatBytes, LIMITS, type Limits } from '../shared/attachments.ts'
import type { DocumentBlock, ImageBlock, SendMessage } from '../shared/protocol.ts'
import { inspect, type InspectedAttachment } from './inspection.ts'
import type { PdfInspector } from './pdf.ts'
import { refusal } from './problems.ts'
import { storedFilename, wellFormed } from './storage/filenames.ts'

/** A message that may be stored: everything in it was checked. */
export interface AdmittedMessage {
  text: string
  /** In the person's order. */
  attachments: InspectedAttachment[]
  /** Hex; the same for the same text and files under the same names. */
  bodySha256: string
}

interface NamedBlock { block: ImageBlock | DocumentBlock, filename: string }

/** Everything the browser checked is checked again: what gets past here is what the agent gets. */
export async function admit(message: SendMessage, pdfs: PdfInspector, limits: Limits): Promise<AdmittedMessage> {
  const text = wellFormed(message.text)
  const count = message.images.length + message.documents.length
  if (text.trim() === '' && count === 0)
    throw refusal(400, 'empty_message', 'The message is empty: it has neither text nor attachments.')
  if (count > LIMITS.attachmentsPerMessage)
    throw refusal(413, 'attachment_refused', `The message has ${count} attachments; ${LIMITS.attachmentsPerMessage} are possible.`)
  refuseTooLarge(message)

  const attachments: InspectedAttachment[] = []
  for (const { block, filename } of inPersonsOrder(message)) {
    attachments.push(await inspect(block, filename, pdfs, limits))
    await breath() // thirty megabytes at a stretch would keep everybody else waiting
  }
  return { text, attachments, bodySha256: hashBody(text, attachments) }
}

function refuseTooLarge({ text, images, documents }: SendMessage) {
  const bytes = [text, ...[...images, ...documents].map(block => block.source.data)]
    .reduce((sum, part) => sum + Buffer.byteLength(part), 0)
  if (bytes > LIMITS.messageBytes) {
    throw refusal(413, 'message_too_large',
      `The message has ${formatBytes(bytes)} as it is sent; ${formatBytes(LIMITS.messageBytes)} are possible. Send some of the files in a second message.`)
  }
}

/** The order of `media`, then whatever it does not mention, images first. References to nothing, and second ones, are ignored. */
function inPersonsOrder({ images, documents, media }: SendMessage): NamedBlock[] {
  const named = new Map<ImageBlock | DocumentBlock, string | undefined>()
  for (const { kind, index, name } of media) {
    const block = kind === 'image' ? images[index] : documents[index]
    if (block && !named.has(block))
      named.set(block, name)
  }
  for (const block of [...images, ...documents]) {
    if (!named.has(block))
      named.set(block, undefined)
  }

  const ordinalOf = (block: ImageBlock | DocumentBlock) =>
    1 + (block.type === 'image' ? images.indexOf(block) : documents.indexOf(block))
  return [...named].map(([block, name]) => ({
    block,
    filename: storedFilename([name, block.type === 'document' ? block.title : undefined]
      .find(candidate => candidate?.trim()) ?? madeUpName(block, ordinalOf(block))),
  }))
}

/** `image-1.png`, `document-2.pdf` */
function madeUpName({ type, source }: ImageBlock | DocumentBlock, ordinal: number) {
  const subtype = source.media_type.split('/')[1] ?? ''
  const extension = { plain: 'txt', jpeg: 'jpg' }[subtype] ?? subtype
  return `${type}-${ordinal}.${extension}`
}

function hashBody(text: string, attachments: readonly InspectedAttachment[]) {
  const files = attachments.map(({ kind, filename, mimeType, sha256 }) => [kind, filename, mimeType, sha256])
  return createHash('sha256').update(JSON.stringify([text, files])).digest('hex')
}
