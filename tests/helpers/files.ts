import { pngBytes, webpBytes, gifBytes, jpegBytes, pdfBytes } from './images.ts'

/** Files as a person would hand them over: two of them are never the same picture, unless their names or seeds are. */
export const png = (name = 'shot.png', seed = seedOf(name)) => file(name, pngBytes({ width: 3, height: 2, seed }), 'image/png')
export const jpeg = (name = 'photo.jpg') => file(name, jpegBytes(), 'image/jpeg')
export const gif = (name = 'move.gif') => file(name, gifBytes(), 'image/gif')
export const webp = (name = 'photo.webp') => file(name, webpBytes(), 'image/webp')
export const pdf = (name = 'report.pdf') => file(name, pdfBytes({ pages: 1 }), 'application/pdf')
export const text = (name = 'notes.txt', content = `hello from ${name}`) => file(name, new TextEncoder().encode(content), 'text/plain')
export const zip = (name = 'archive.zip') => file(name, Uint8Array.of(0x50, 0x4B, 3, 4, 0, 0, 0, 0), 'application/zip')

const seedOf = (name: string) => Array.from(name).reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0) | 0, 7)

export const file = (name: string, bytes: Uint8Array, type = '') => new File([bytes as Uint8Array<ArrayBuffer>], name, { type })

/** A file that was there when it was chosen and is gone when it is read. */
export function goneFile(name = 'gone.png'): File {
  const gone = png(name)
  gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
  return gone
}
