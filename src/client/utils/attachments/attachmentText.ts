import { ENCODINGS } from '../../../shared/text/encodings.ts'
import type { TextReading } from '../../../shared/text/readText.ts'
import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { ReadFrom } from '../../../shared/files/origins.ts'
import { conversionRemark } from './conversionText.ts'

/** "3 pages · 1.8 MB", "1.8 MB · 1200 × 800"; empty while nothing is known yet. */
export function attachmentDetails({ size, width, height, pages, readFrom }: AttachmentView): string {
  if (readFrom)
    return `${readFrom.what} · ${formatBytes(readFrom.size)}`
  return [
    pages && (pages === 1 ? '1 page' : `${pages} pages`),
    size && formatBytes(size),
    width && height && `${width} × ${height}`,
  ].filter(Boolean).join(' · ')
}

/** What a person should know before they send it, a sentence each: nothing is changed or left out without a word. */
export function attachmentRemarks(view: AttachmentView): string[] {
  const { kind, animated, sideways, restricted, hasPosition, original, readFrom, reading } = view
  return [
    kind === 'file' && fileRemark(view),
    readFrom && readRemark(readFrom),
    reading && readingRemark(reading),
    original && conversionRemark(original),
    animated && 'It moves: Claude sees only its first frame.',
    sideways && 'It says that it has to be turned, and is sent as it lies: Claude may see it on its side.',
    restricted && 'Its author restricts what may be done with it: Claude may refuse to read it.',
    hasPosition && 'It says where it was taken.',
    recompressionRemark(view),
  ].filter(remark => typeof remark === 'string')
}

const recompressionRemark = ({ kind, size }: AttachmentView) =>
  kind === 'image' && size > LIMITS.imageRecompressedBytes && `Over ${LIMITS.imageRecompressedBytes / 1000} kB: the agent's software may compress it once more.`

/** Of a file that goes into the agent's workspace only. */
export const fileRemark = ({ mimeType }: Pick<AttachmentView, 'mimeType'>): string => mimeType.startsWith('text/')
  ? 'It lies in the agent\'s folder: Claude sees of it what it looks up there.'
  : 'Claude cannot see into this; it lies in its folder.'

/** "Read as text: 3 sheets." */
const readRemark = ({ what }: ReadFrom): string => `Read as text: ${what}. The file itself goes into the agent's folder.`

/** "Read as Shift_JIS.", "Read as Windows-1250, is that right?" */
function readingRemark({ encoding, certain, replaced, marked }: TextReading): string {
  const known = encoding === 'utf-8' ? '' : certain ? `Read as ${ENCODINGS[encoding]}.` : `Read as ${ENCODINGS[encoding]}, is that right?`
  const characters = replaced === 1 ? '1 character' : `${replaced.toLocaleString('en')} characters`
  const lost = replaced === 0 ? '' : `${characters} could not be read: ${replaced === 1 ? 'it is' : 'each is'} shown, and sent, as \uFFFD.`
  return [known, marked && 'The byte order mark before it is left out.', lost].filter(Boolean).join(' ')
}

/** As it is told when the text is attached. */
export function readingNotice({ name, reading }: AttachmentView): string {
  const remark = reading ? readingRemark(reading) : ''
  return `${name}: ${remark}${reading?.certain ? '' : ' Open it to see, and to choose another encoding.'}`
}

/** For an `img`, small or large: what Claude sees. A browser would play an animation that hides it. */
export const pictureOf = ({ kind, thumbnail, still, url }: AttachmentView, isLarge = false): string | undefined => {
  const whole = still ?? url
  return kind === 'image' ? isLarge ? whole ?? thumbnail : thumbnail ?? whole : undefined
}

/** The icon of what has no picture. */
export const iconOf = (kind: AttachmentView['kind']): string =>
  ({ image: 'image', pdf: 'file-earmark-pdf', txt: 'file-earmark-text', file: 'file-earmark' })[kind]

/** The one figure that says most about a document in a narrow place. */
export function documentExtent({ size, pages, readFrom }: AttachmentView): string {
  if (readFrom)
    return readFrom.what
  if (pages)
    return pages === 1 ? '1 page' : `${pages} pages`
  return size ? formatBytes(size) : ''
}
