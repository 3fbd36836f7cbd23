import type { DocumentBlock, ImageBlock, MediaReference, WorkspaceFile } from '../../shared/protocol/blocks.ts'
import type { SendMessage } from '../../shared/protocol/frames.ts'
import type { GivenAttachment } from './admission.ts'
import { storedFilename } from './filenames.ts'

type Part = ImageBlock | DocumentBlock | WorkspaceFile
type Kind = SendMessage['media'][number]['kind']

/** A frame's parts in the order of its `media`, then whatever that does not mention: images, documents, files. References to nothing, and second ones, are ignored. @param encoded long base64 as it lies in the frame, by the name that stands in its place */
export function inPersonsOrder({ images, documents, files = [], media }: SendMessage, encoded: ReadonlyMap<string, Buffer> = new Map()): GivenAttachment[] {
  const parts: Record<Kind, readonly Part[]> = { image: images, document: documents, file: files }
  const named = new Map<Part, Pick<MediaReference, 'caption'> & { name?: string }>()
  for (const { kind, index, name, caption } of media) {
    const part = parts[kind][index]
    if (part && !named.has(part))
      named.set(part, { name, caption })
  }
  for (const part of [...images, ...documents, ...files]) {
    if (!named.has(part))
      named.set(part, {})
  }

  const ordinalOf = (part: Part) => 1 + Math.max(...Object.values(parts).map(list => list.indexOf(part)))
  return [...named].map(([part, { name, caption }]) => ({ ...toGiven(part, filenameOf(part, name, ordinalOf(part)), encoded.get(part.source.data)), caption }))
}

function toGiven(part: Part, filename: string, encoded: Buffer | undefined): GivenAttachment {
  if ('type' in part)
    return { block: part, encoded, filename }
  return { workspaceFile: { filename, mimeType: part.source.media_type, data: part.source.data, encoded } }
}

function filenameOf(part: Part, name: string | undefined, ordinal: number) {
  const own = 'name' in part ? part.name : part.type === 'document' ? part.title : undefined
  return storedFilename([name, own].find(candidate => candidate?.trim()) ?? madeUpName(part, ordinal))
}

/** `image-1.png`, `document-2.pdf`, `file-3` */
function madeUpName(part: Part, ordinal: number) {
  if (!('type' in part))
    return `file-${ordinal}`
  const subtype = part.source.media_type.split('/')[1] ?? ''
  const extension = { plain: 'txt', jpeg: 'jpg' }[subtype] ?? subtype
  return `${part.type}-${ordinal}.${extension}`
}
