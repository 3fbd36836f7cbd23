import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** PDFs that should not be taken, and some that look so; `pdfBytes` in `images.ts` makes the sound ones. */

const PAGE_TREE = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>',
]

/** Encrypted with the oldest scheme there is. Without a password it opens for everyone, and is encrypted all the same. */
export function encryptedPdf(password = ''): Uint8Array {
  const id = Buffer.from('0123456789abcdef', 'latin1')
  const permissions = Buffer.alloc(4)
  permissions.writeInt32LE(-4)
  const owner = rc4(md5(padded('owner')).subarray(0, 5), padded(password))
  const key = md5(Buffer.concat([padded(password), owner, permissions, id])).subarray(0, 5)
  const user = rc4(key, padded(''))
  const encryption = `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> >>`
  return pdf(PAGE_TREE, `/Encrypt ${encryption} /ID [<${id.toString('hex')}> <${id.toString('hex')}>]`)
}

/** Encrypted for the owners of certain certificates: no password opens it. */
export const certificatePdf = () => pdf(PAGE_TREE, '/Encrypt << /Filter /Adobe.PubSec /V 4 >> /ID [<30> <30>]')

/** Its table of contents is not where it should be; every viewer finds the pages all the same. */
export const repairablePdf = () => new Uint8Array(Buffer.from(
  Buffer.from(pdf(PAGE_TREE)).toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'),
  'latin1',
))

/** Begins like a PDF, and then there is nothing. */
export const hollowPdf = () => new Uint8Array(Buffer.from('%PDF-1.7\nnothing that could be read\n%%EOF\n'))

/** Says that it has pages, and has none. */
export const pagelessPdf = () => pdf([PAGE_TREE[0]!, '<< /Type /Pages /Count 3 /Kids [7 0 R 8 0 R 9 0 R] >>'])

/** A small file that unfolds to this many megabytes of nothing as soon as its first object is looked for. */
export function bombPdf(megabytes: number): Uint8Array {
  const head = '%PDF-1.5\n'
  const bomb = deflateSync(Buffer.alloc(megabytes * 1024 * 1024, ' '))
  const stream = (number: number, entries: string, data: Buffer) =>
    `${number} 0 obj\n<< ${entries} /Length ${data.length} >>\nstream\n${data.toString('latin1')}\nendstream\nendobj\n`
  const objects = stream(1, '/Type /ObjStm /N 1 /First 8 /Filter /FlateDecode', bomb)
  // Object 0 is free, 1 lies behind the head, 2 is the first one in 1, 3 is this table.
  const places = Buffer.from([0, 0, 0, 1, head.length, 0, 2, 1, 0, 0, 0, 0])
  const table = stream(3, '/Type /XRef /Size 4 /W [1 1 1] /Root 2 0 R', places)
  return new Uint8Array(Buffer.from(`${head}${objects}${table}startxref\n${head.length + objects.length}\n%%EOF\n`, 'latin1'))
}

/** A PDF of these objects, numbered from 1; the first is its catalog. */
export function pdf(objects: readonly string[], more = ''): Uint8Array {
  const bodies = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`)
  const head = '%PDF-1.4\n'
  const offsets = bodies.map((_, i) => head.length + bodies.slice(0, i).join('').length)
  const table = head.length + bodies.join('').length
  const entries = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  return new Uint8Array(Buffer.from(
    `${head}${bodies.join('')}xref\n0 ${size}\n0000000000 65535 f \n${entries}`
    + `trailer\n<< /Size ${size} /Root 1 0 R ${more} >>\nstartxref\n${table}\n%%EOF\n`,
    'latin1',
  ))
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
const padded = (password: string) => Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32)
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()

function rc4(key: Buffer, bytes: Buffer): Buffer {
  const state = Array.from({ length: 256 }, (_, i) => i)
  for (let i = 0, j = 0; i < 256; i++) {
    j = j + state[i]! + key[i % key.length]! & 255
    ;[state[i], state[j]] = [state[j]!, state[i]!]
  }
  let [i, j] = [0, 0]
  return bytes.map((byte) => {
    i = i + 1 & 255
    j = j + state[i]! & 255
    ;[state[i], state[j]] = [state[j]!, state[i]!]
    return byte ^ state[state[i]! + state[j]! & 255]!
  }) as Buffer
}
