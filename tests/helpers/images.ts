import { deflateSync } from 'node:zlib'

// Small but real files, as a person would attach them. Every decoder takes them.

const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

export interface PngOptions {
  width?: number
  height?: number
  /** Another seed, other pixels. */
  seed?: number
  /** Instead of noise. */
  colour?: 'white' | 'black'
}

/** A PNG of noise, so that its bytes grow with its pixels (about three for each). */
export function pngBytes({ width = 8, height = 8, seed = 1, colour }: PngOptions = {}): Uint8Array {
  const rows = colour ? new Uint8Array((width * 3 + 1) * height).fill(colour === 'white' ? 255 : 0) : noise((width * 3 + 1) * height, seed)
  for (let row = 0; row < height; row++)
    rows[row * (width * 3 + 1)] = 0 // the row's filter: none
  return concat([
    new Uint8Array([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    // 8 bits for each of red, green and blue
    pngChunk('IHDR', concat([uint32(width), uint32(height), new Uint8Array([8, 2, 0, 0, 0])])),
    pngChunk('IDAT', deflateSync(rows, { level: 1 })),
    pngChunk('IEND', new Uint8Array()),
  ])
}

/** 4 x 3 */
export const jpegBytes = () => fromBase64(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAA'
    + 'AAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAA'
    + 'ACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0'
    + 'AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAA'
    + 'AAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAM'
    + 'ZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////'
    + '////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////'
    + '////wAARCAADAAQDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAA//E'
    + 'ABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJAKJ//Z',
)

/** 1 x 1 */
export const gifBytes = () => fromBase64('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')

/** 1 x 1 */
export const webpBytes = () => fromBase64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA')

/** Empty pages of 200 x 200 points, with a correct table of contents. */
export function pdfBytes({ pages = 1 }: { pages?: number } = {}): Uint8Array {
  const numbers = Array.from({ length: pages }, (_, i) => i + 3)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages} /Kids [${numbers.map(number => `${number} 0 R`).join(' ')}] >>`,
    ...numbers.map(() => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>'),
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const offset = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = text.length
  const entries = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** The same seed, the same bytes: xorshift. */
function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed * 2 + 1 // never 0, which would stay 0
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state
  }
  return bytes
}

function pngChunk(type: string, data: Uint8Array) {
  const body = concat([new Uint8Array(Buffer.from(type, 'latin1')), data])
  return concat([uint32(data.length), body, uint32(crc32(body))])
}

function crc32(bytes: Uint8Array) {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++)
      crc = crc >>> 1 ^ (crc & 1 ? 0xEDB88320 : 0)
  }
  return ~crc >>> 0
}

function uint32(value: number) {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
