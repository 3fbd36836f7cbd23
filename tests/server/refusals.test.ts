import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { losslessJpegBytes } from '../helpers/foreignImages.ts'
import { gifBytes, jpegBytes, pdfBytes, pngBytes, webpBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { certificatePdf, encryptedPdf, hollowPdf, pagelessPdf } from '../helpers/pdfs.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const rawImage = (data: string, mediaType = 'image/png') => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data } })
const pngBase64 = Buffer.from(pngBytes()).toString('base64')
const html = Buffer.from('<!doctype html><script>alert(1)</script>')
const headerOnly = pngBytes().subarray(0, 12)
const cut = (bytes: Uint8Array) => bytes.subarray(0, -6)
/** Bytes of a file whose base64 is as long as an image's may be. */
const IMAGE_BYTES = LIMITS.imageBase64Chars * 3 / 4
const ofSize = (bytes: number) => new Uint8Array(Buffer.concat([pngBytes(), Buffer.alloc(bytes)])).subarray(0, bytes)

const REFUSED: Record<string, [block: object, reason: RegExp]> = {
  'HTML named .png': [image(html), /its bytes are something else/],
  'a GIF that says it is a PNG': [image(gifBytes()), /its bytes are image\/gif/],
  'a PDF that says it is a PNG': [image(pdfBytes()), /its bytes are application\/pdf/],
  'SVG': [image(Buffer.from('<svg/>'), 'image/svg+xml'), /image\/svg\+xml is not supported/],
  'a type in capitals': [image(pngBytes(), 'IMAGE/PNG'), /not supported/],
  'HEIC': [image(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), 'image/png'), /its bytes are HEIC/],
  'a PNG that was transferred as text': [image(pngBytes().map(byte => byte === 10 ? 13 : byte)), /it is a PNG that was transferred as text/],
  'a lossless JPEG': [image(losslessJpegBytes({ width: 1, height: 1, components: 1, samples: [9] }), 'image/jpeg'), /it is a lossless JPEG, which Claude does not open/],
  'nothing at all': [rawImage(''), /empty/],
  'base64 with a line break': [rawImage(`${pngBase64.slice(0, 76)}\r\n${pngBase64.slice(76)}`), /base64/],
  'base64 of the wrong length': [rawImage(`${pngBase64}A`), /base64/],
  'base64 in the URL alphabet': [rawImage('iVBORw0KGgo_-w=='), /base64/],
  'base64 with bits left over': [rawImage('iVBORw0KGgp='), /base64/],
  'base64 padded in the middle': [rawImage('iVBO=w0K'), /base64/],
  'base64 with its data: prefix': [rawImage(`data:image/png;base64,${pngBase64}`), /base64/],
  'an image cut off in its header': [image(headerOnly), /damaged/],
  'an image of no width': [image(pngBytes({ width: 0, height: 5 })), /damaged/],
  'a PNG without its end': [image(cut(pngBytes())), /damaged/],
  'a JPEG without its end': [image(cut(jpegBytes()), 'image/jpeg'), /damaged/],
  'a GIF without its end': [image(cut(gifBytes()), 'image/gif'), /damaged/],
  'a WebP without its end': [image(cut(webpBytes()), 'image/webp'), /damaged/],
  'an image a pixel too wide': [image(pngBytes({ width: 2001, height: 3 })), /2001 x 3 pixels.* at most 2000 pixels/],
  'an image a pixel too high': [image(pngBytes({ width: 3, height: 2001 })), /3 x 2001 pixels.* at most 2000 pixels/],
  'an image that would be far too large to decode': [image(withSize(pngBytes(), 65536, 65536)), /65536 x 65536 pixels.* at most 2000 pixels/],
  'a byte more than an image may have': [image(ofSize(IMAGE_BYTES + 1)), /5,242,884 characters .* 5,242,880 \(3\.8 MB/],
  'far more than a file may have': [pdf(ofSize(LIMITS.fileBytes * 2)), /5 MB/],
  'a PDF with a password': [pdf(encryptedPdf('secret')), /password/],
  'a PDF for certain people': [pdf(certificatePdf()), /password/],
  'a PDF with nothing in it': [pdf(hollowPdf()), /damaged/],
  'a PDF without the pages it promises': [pdf(pagelessPdf()), /damaged/],
  'a PDF of a page too many': [pdf(pdfBytes({ pages: 101 })), /101 pages.* 100\./],
  'a PDF that is none': [pdf(Buffer.from('hello')), /something else/],
  'base64 that says it is text': [{ type: 'document', source: { type: 'base64', media_type: 'text/plain', data: 'aGk=' } }, /text\/plain is not supported/],
  'text that says it is HTML': [{ type: 'document', source: { type: 'text', media_type: 'text/html', data: 'hi' } }, /text\/html is not supported/],
  'empty text': [text(''), /empty/],
  'text of nothing but white space': [text(' \n\t\u00A0'), /empty/],
  'text of nothing but a byte order mark': [text('\uFEFF'), /empty/],
  'text with NUL': [text('a\0b'), /NUL/],
  'text of more bytes than a file may have': [text('é'.repeat(LIMITS.fileBytes / 2) + 'a'), /5 MB/],
}

describe.each(Object.entries(REFUSED))('%s', (_, [block, reason]) => {
  test('is refused by its name, and nothing of the message is kept', async () => {
    const { agent, turns } = instantAgent()
    const server = await openServer({ agent })
    const tab = await server.connect()
    const kind = (block as { type: string }).type === 'image' ? 'image' : 'document'
    const list = { image: 'images', document: 'documents' }[kind]

    const answer = await tab.say({ session_id: 'one', text: 'look', images: [image(pngBytes())], [list]: [block], media: [named(kind as 'image', 0, 'the file.x')] })

    expect(answer).toMatchObject({ type: 'error', session_id: 'one', problem: { code: 'attachment_refused', filename: 'the file.x' } })
    const { problem } = answer as Extract<typeof answer, { type: 'error' }>
    expect(problem.detail).toMatch(reason)
    expect(problem.detail).toContain('the file.x')
    expect(problem.status).toBeGreaterThanOrEqual(400)
    expect(problem.status).toBeLessThan(500)
    expect([await server.rows('sessions'), await server.rows('messages'), await server.rows('attachments'), await server.blobs(), turns]).toEqual([[], [], [], [], []])
  })
})

/** A PNG whose header claims another size. */
function withSize(png: Uint8Array, width: number, height: number) {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

test('exactly as much as a file may have is accepted', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  const sent = await tab.ask({
    session_id: 'one',
    images: [image(ofSize(IMAGE_BYTES)), image(pngBytes({ width: 2000, height: 1 }))],
    documents: [text('é'.repeat(LIMITS.fileBytes / 2)), pdf(pdfBytes({ pages: 98 }))],
  })

  expect(sent.attachments).toMatchObject([{ size: IMAGE_BYTES }, { width: 2000 }, { size: LIMITS.fileBytes }, { pages: 98 }])
})

test('a PDF that opens without a password arrives, whatever its author restricts', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  const sent = await tab.ask({ session_id: 'one', documents: [pdf(encryptedPdf())] })

  expect(sent.attachments).toMatchObject([{ pages: 1 }])
})

test('neither text nor files is no message', async () => {
  const server = await openServer()
  const tab = await server.connect()

  expect(await tab.say({ session_id: 'one', text: ' \n ' })).toMatchObject({ type: 'error', problem: { status: 400, code: 'empty_message' } })
  expect(await server.sessions()).toEqual([])
})

test('a hundred attachments are accepted, one more is not', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const images = (count: number) => Array.from({ length: count }, (_, i) => image(pngBytes({ seed: i })))

  expect(await tab.say({ session_id: 'one', images: images(100), documents: [text('one more')] }))
    .toMatchObject({ type: 'error', problem: { code: 'attachment_refused', detail: expect.stringContaining('100') } })
  expect(await server.blobs()).toEqual([])
  expect((await tab.ask({ session_id: 'one', images: images(100) })).attachments).toHaveLength(100)
})

test('more than a message may have in all is refused', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const large = image(ofSize(IMAGE_BYTES))

  expect(await tab.say({ session_id: 'one', images: Array.from({ length: 7 }, () => large) }))
    .toMatchObject({ type: 'error', problem: { status: 413, code: 'message_too_large' } })
  expect(await server.blobs()).toEqual([])
})

test('a good message goes through after a refused one, under the same id', async () => {
  const server = await openServer()
  const tab = await server.connect()

  expect(await tab.say({ session_id: 'one', message_id: 'm1', images: [image(html)] })).toMatchObject({ type: 'error' })
  expect(await tab.say({ session_id: 'one', message_id: 'm1', images: [image(pngBytes())] })).toMatchObject({ type: 'message_accepted', replayed: false })
})

test('a server may be set to take larger pictures, or only smaller ones, and tells its clients', async () => {
  const limits = { ...LIMITS, imageBase64Chars: 6_000_000 }
  const server = await openServer({ agent: instantAgent().agent, limits })
  const tab = await server.connect()

  const sent = await tab.ask({ session_id: 'one', images: [image(ofSize(4_500_000))] })
  const answer = await tab.say({ session_id: 'one', images: [image(ofSize(4_500_001))] })

  expect(sent.attachments).toMatchObject([{ size: 4_500_000 }])
  expect(answer).toMatchObject({ type: 'error', problem: { code: 'attachment_refused', detail: expect.stringContaining('an image may have 6,000,000') } })
  expect(await server.json('/api/limits')).toMatchObject({ imageBase64Chars: 6_000_000 })
})
