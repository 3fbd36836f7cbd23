import { LIMITS, type ImageType } from '../../../shared/attachments.ts'
import { inspectImage } from '../../../shared/images/inspectImage.ts'
import { unusualJpeg } from '../../../shared/images/jpegKind.ts'
import { sniffMediaType } from '../../../shared/sniff.ts'
import { decodeAt, decodeBytesAt, decodesBytes } from './imageDecoding.ts'
import { makeThumbnail, thumbnailSize, type Thumbnail } from './thumbnail.ts'

/** Bytes from a picture's beginning, in which its size stands, unless it has a long preface. */
const HEAD = 64 * 1024

/** Those that a browser decodes as they are seen. */
const PLAIN: ReadonlySet<string> = new Set<ImageType>(['image/png', 'image/jpeg'])

/**
 * A thumbnail from the file itself, for what is an ordinary picture as far as its beginning tells: nothing is known of
 * the rest. All of its pixels were decoded.
 * @param bytes all of it, where they are read already
 * @returns undefined where it has to be looked at more closely first
 * @throws what the decoder throws
 */
export async function drawAtOnce(file: Blob, bytes?: Uint8Array<ArrayBuffer>): Promise<Thumbnail | undefined> {
  const { size } = file
  const picture = size <= LIMITS.imageSourceBytes && plainPicture(bytes ?? new Uint8Array(await file.slice(0, HEAD).arrayBuffer()))
  if (!picture)
    return undefined
  // As what it is, whatever its name says.
  const bitmap = bytes && decodesBytes()
    ? await decodeBytesAt(bytes, picture.type, thumbnailSize(picture), 'medium')
    : await decodeAt(file.slice(0, size, picture.type), thumbnailSize(picture), 'medium')
  const thumbnail = await makeThumbnail(bitmap)
  bitmap.close()
  return thumbnail
}

function plainPicture(head: Uint8Array) {
  const type = sniffMediaType(head) as ImageType
  const facts = PLAIN.has(type) && !(type === 'image/jpeg' && unusualJpeg(head)) ? inspectImage(head, type) : undefined
  if (!facts || facts.animated || facts.orientation !== 1 || facts.width * facts.height > LIMITS.imageSourcePixels)
    return undefined
  return { type, width: facts.width, height: facts.height }
}
