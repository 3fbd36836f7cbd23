import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
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

/** A file that was there when it was chosen, and is gone from the disk when anybody reads it. */
export async function goneFile(name = 'gone.png'): Promise<File> {
  const folder = await mkdtemp(path.join(tmpdir(), 'satchel-gone-'))
  const place = path.join(folder, 'file')
  await writeFile(place, pngBytes())
  const gone = new File([await openAsBlob(place)], name, { type: 'image/png' })
  await rm(folder, { recursive: true })
  return gone
}
