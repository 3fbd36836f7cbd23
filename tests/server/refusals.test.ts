import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { gifBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const rawImage = (data: string, mediaType = 'image/png') => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data } })
const pngBase64 = Buffer.from(pngBytes()).toString('base64')
const html = Buffer.from('<!doctype html><script>alert(1)</script>')
const headerOnly = pngBytes().subarray(0, 12)
const ofSize = (bytes: number) => new Uint8Array(Buffer.concat([pngBytes(), Buffer.alloc(bytes)])).subarray(0, bytes)

const REFUSED: Record<string, [block: object, reason: RegExp]> = {
  'HTML named .png': [image(html), /its bytes are something else/],
  'a GIF that says it is a PNG': [image(gifBytes()), /its bytes are image\/gif/],
  'a PDF that says it is a PNG': [image(pdfBytes()), /its bytes are application\/pdf/],
  'SVG': [image(Buffer.from('<svg/>'), 'image/svg+xml'), /image\/svg\+xml is not supported/],
  'a type in capitals': [image(pngBytes(), 'IMAGE/PNG'), /not supported/],
  'HEIC': [image(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), 'image/png'), /its bytes are HEIC/],
  'nothing at all': [rawImage(''), /empty/],
  'base64 with a line break': [rawImage(`${pngBase64.slice(0, 76)}\r\n${pngBase64.slice(76)}`), /base64/],
  'base64 of the wrong length': [rawImage(`${pngBase64}A`), /base64/],
  'base64 in the URL alphabet': [rawImage('iVBORw0KGgo_-w=='), /base64/],
  'base64 with bits left over': [rawImage('iVBORw0KGgp='), /base64/],
  'base64 padded in the middle': [rawImage('iVBO=w0K'), /base64/],
  'base64 with its data: prefix': [rawImage(`data:image/png;base64,${pngBase64}`), /base64/],
  'an image cut off in its header': [image(headerOnly), /damaged/],
  'an image of no width': [image(pngBytes({ width: 0, height: 5 })), /damaged/],
  'a byte more than a file may have': [image(ofSize(LIMITS.fileBytes + 1)), /5 MB/],
  'far more than a file may have': [image(ofSize(LIMITS.fileBytes * 2)), /5 MB/],
  'a PDF that is none': [pdf(Buffer.from('hello')), /something else/],
  'base64 that says it is text': [{ type: 'document', source: { type: 'base64', media_type: 'text/plain', data: 'aGk=' } }, /text\/plain is not supported/],
  'text that says it is HTML': [{ type: 'document', source: { type: 'text', media_type: 'text/html', data: 'hi' } }, /text\/html is not supported/],
  'empty text': [text(''), /empty/],
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
    expect([server.rows('sessions'), server.rows('messages'), server.rows('attachments'), await server.blobs(), turns]).toEqual([[], [], [], [], []])
  })
})

test('exactly as much as a file may have is accepted', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  const sent = await tab.ask({ session_id: 'one', images: [image(ofSize(LIMITS.fileBytes))], documents: [text('é'.repeat(LIMITS.fileBytes / 2))] })

  expect(sent.attachments.map(({ size }) => size)).toEqual([LIMITS.fileBytes, LIMITS.fileBytes])
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
  const large = image(ofSize(LIMITS.fileBytes))

  expect(await tab.say({ session_id: 'one', images: Array.from({ length: 5 }, () => large) }))
    .toMatchObject({ type: 'error', problem: { status: 413, code: 'message_too_large' } })
  expect(await server.blobs()).toEqual([])
})

test('a good message goes through after a refused one, under the same id', async () => {
  const server = await openServer()
  const tab = await server.connect()

  expect(await tab.say({ session_id: 'one', message_id: 'm1', images: [image(html)] })).toMatchObject({ type: 'error' })
  expect(await tab.say({ session_id: 'one', message_id: 'm1', images: [image(pngBytes())] })).toMatchObject({ type: 'message_accepted', replayed: false })
})
