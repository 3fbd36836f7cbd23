import { formatBytes, LIMITS, type AttachmentView } from '../../../shared/attachments.ts'

/** "3 pages · 1.8 MB", "1.8 MB · 1200 × 800"; empty while nothing is known yet. */
export function attachmentDetails({ size, width, height, pages }: AttachmentView): string {
  return [
    pages && (pages === 1 ? '1 page' : `${pages} pages`),
    size && formatBytes(size),
    width && height && `${width} × ${height}`,
  ].filter(Boolean).join(' · ')
}

/** What a person should know before they send it, a sentence each: nothing is changed or left out without a word. */
export function attachmentRemarks({ kind, size, animated, restricted, hasPosition, original }: AttachmentView): string[] {
  return [
    original && originally(original),
    animated && 'It moves: Claude sees only its first frame.',
    restricted && 'Its author restricts what may be done with it: Claude may refuse to read it.',
    hasPosition && 'It says where it was taken.',
    kind === 'image' && size > LIMITS.imageRecompressedBytes && `Over ${LIMITS.imageRecompressedBytes / 1000} kB: the agent's software may compress it once more.`,
  ].filter(remark => typeof remark === 'string')
}

function originally({ format, width, height, size }: NonNullable<AttachmentView['original']>) {
  return `Made from a ${format} of ${width} × ${height}, ${formatBytes(size)}.`
}

/** The one figure that says most about a document in a narrow place. */
export function documentExtent({ size, pages }: AttachmentView): string {
  if (pages)
    return pages === 1 ? '1 page' : `${pages} pages`
  return size ? formatBytes(size) : ''
}

/**
 * A name in two parts, to be cut between them: the end keeps the extension and the characters before
 * it, in which numbered files differ.
 */
export function splitName(name: string): [start: string, end: string] {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.length - dot : 0
  const characters = Array.from(name) // never through the middle of an emoji
  const end = Math.min(extension > 9 ? 9 : extension + 4, characters.length)
  return [characters.slice(0, characters.length - end).join(''), characters.slice(characters.length - end).join('')]
}
