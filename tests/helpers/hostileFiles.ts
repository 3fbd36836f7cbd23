import { deflateSync } from 'node:zlib'
import { pngChunk } from './imageFiles.ts'

/**
 * A PDF of a few hundred kilobytes that takes very long to open: its pages hang below each other, each in an object stream
 * of its own that claims to hold a million objects.
 */
export function slowPdf(levels = 60, objects = 1_000_000): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.5\n')]
  const places: number[][] = [[0, 0, 0]]
  const add = (text: string, data: Buffer) => {
    const place = parts.reduce((sum, { length }) => sum + length, 0)
    parts.push(Buffer.concat([Buffer.from(text), data, Buffer.from('\nendstream\nendobj\n')]))
    return place
  }
  const inner = ['<< /Type /Catalog /Pages 2 0 R >>', ...Array.from({ length: levels }, (_, i) => `<< /Type /Pages /Count 1 /Kids [${i + 3} 0 R] >>`), '<< /Type /Page /MediaBox [0 0 9 9] >>']
  for (const i of inner.keys())
    places.push([2, inner.length + 1 + i, 0])
  for (const [i, object] of inner.entries()) {
    const head = `${i + 1} 0 ${`0 ${object.length} `.repeat(objects - 1)}`
    const data = deflateSync(Buffer.from(head + object), { level: 9 })
    places.push([1, add(`${inner.length + 1 + i} 0 obj\n<< /Type /ObjStm /N ${objects} /First ${head.length} /Filter /FlateDecode /Length ${data.length} >>\nstream\n`, data), 0])
  }
  const table = places.length
  const start = parts.reduce((sum, { length }) => sum + length, 0)
  places.push([1, start, 0])
  const rows = Buffer.concat(places.map(([type = 0, place = 0, index = 0]) => Buffer.from([type, place >> 24 & 255, place >> 16 & 255, place >> 8 & 255, place & 255, index])))
  add(`${table} 0 obj\n<< /Type /XRef /Size ${places.length} /W [1 4 1] /Root 1 0 R /Length ${rows.length} >>\nstream\n`, rows)
  parts.push(Buffer.from(`startxref\n${start}\n%%EOF\n`))
  return Buffer.concat(parts)
}

const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const

/** Interlaced PNGs of 16-bit grey, all black: a few hundred kilobytes that become hundreds of megabytes. No two have the same bytes. `hollow`: only their heads say so. */
export function heavyPngs(count: number, { width = 10_900, height = 10_900, alpha = false, hollow = false } = {}): Buffer[] {
  const pixelBytes = alpha ? 8 : 2 // with alpha: 16 bits for each of four
  const raw = ADAM7.reduce((sum, [x, y, dx, dy]) => sum + Math.ceil((height - y) / dy) * (1 + pixelBytes * Math.ceil((width - x) / dx)), 0)
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width)
  size.writeUInt32BE(height, 4)
  const image = Buffer.from(pngChunk('IDAT', deflateSync(Buffer.alloc(hollow ? 100 : raw), { level: 9 })))
  return Array.from({ length: count }, (_, i) => Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    pngChunk('IHDR', Buffer.concat([size, Buffer.from([16, alpha ? 6 : 0, 0, 0, 1])])),
    pngChunk('tEXt', Buffer.from(`Comment\0${i}`)),
    image,
    pngChunk('IEND', Buffer.alloc(0)),
  ]))
}
