import { createHash } from 'node:crypto'
import { readdir, readlink, rm } from 'node:fs/promises'
import { connect as connectTcp, type Socket } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/shared/protocol/attachment.ts'
import type { UploadsReply } from '../../src/shared/protocol/rest.ts'
import { image, pdf, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { gifBytes, jpegBytes, pdfBytes, pngBytes, webpBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { file, form } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const shot = pngBytes({ width: 300, height: 200 })

async function openWithFiles(name = 'shot.png') {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const { attachments } = await tab.ask({
    session_id: 'one',
    images: [image(shot), image(jpegBytes(), 'image/jpeg'), image(gifBytes(), 'image/gif'), image(webpBytes(), 'image/webp')],
    documents: [pdf(pdfBytes(), 'report.pdf'), text('größe <script>alert(1)</script>', 'notes.html')],
    media: [{ kind: 'image', index: 0, id: 'x', name }],
  })
  return { server, attachments, shot: attachments[0]! }
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

/** Comparing megabytes item by item would take most of the test's time. */
const sameBytes = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0

test('what was sent comes back byte for byte', async () => {
  const { server, attachments } = await openWithFiles()
  const sent = [shot, jpegBytes(), gifBytes(), webpBytes(), pdfBytes(), new Uint8Array(Buffer.from('größe <script>alert(1)</script>'))]

  for (const [i, attachment] of attachments.entries()) {
    const response = await server.request(attachment.url)
    expect(response.headers.get('content-length')).toBe(String(sent[i]!.length))
    expect(sameBytes(await bytesOf(response), sent[i]!)).toBe(true)
  }
})

test('only pictures and plain text are shown in place, and nothing may run', async () => {
  const { server, attachments } = await openWithFiles()
  const seen = await Promise.all(attachments.map(async ({ url }) => {
    const { headers } = await server.request(url)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': 'sandbox; default-src \'none\'',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
    })
    return `${headers.get('content-type')} ${headers.get('content-disposition')?.split(';')[0]}`
  }))

  expect(seen).toEqual([
    'image/png inline',
    'image/jpeg inline',
    'image/gif inline',
    'image/webp inline',
    'application/pdf attachment',
    'text/plain; charset=utf-8 inline',
  ])
})

test('a download can be asked for, and keeps its name in any script', async () => {
  const { server, shot } = await openWithFiles('Bild „über“ 🎉\r\nSet-Cookie: x.png')

  const { headers } = await server.request(`${shot.url}?download=1`)

  const disposition = headers.get('content-disposition')!
  expect(disposition).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''/)
  expect(decodeURIComponent(/''(.*)$/.exec(disposition)![1]!)).toBe('Bild „über“ 🎉__Set-Cookie: x.png')
  expect(headers.get('set-cookie')).toBeNull()
})

test.each([
  ['bytes=0-9', 206, [0, 10]],
  ['bytes=100-', 206, [100, undefined]],
  ['bytes=-20', 206, [-20, undefined]],
  ['bytes=5-999999999', 206, [5, undefined]],
  ['bytes=-999999999', 206, [0, undefined]],
  ['bytes=0-1,5-6', 200, [0, undefined]],
  ['lines=1-2', 200, [0, undefined]],
  ['bytes=9-5', 200, [0, undefined]],
  ['bytes=abc', 200, [0, undefined]],
] as const)('a part of the bytes can be asked for: %s', async (range, status, [start, end]) => {
  const { server, shot: { url, size } } = await openWithFiles()

  const response = await server.request(url, { headers: { range } })

  const expected = shot.slice(start, end)
  expect(response.status).toBe(status)
  expect(sameBytes(await bytesOf(response), expected)).toBe(true)
  expect(response.headers.get('content-length')).toBe(String(expected.length))
  const first = start < 0 ? size + start : start
  expect(response.headers.get('content-range')).toBe(status === 206 ? `bytes ${first}-${first + expected.length - 1}/${size}` : null)
})

test.each(['bytes=999999999-', 'bytes=-0'])('a part beyond the end is refused: %s', async (range) => {
  const { server, shot: { url, size } } = await openWithFiles()

  const response = await server.request(url, { headers: { range } })

  expect(response.status).toBe(416)
  expect(response.headers.get('content-range')).toBe(`bytes */${size}`)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('who has the bytes already is not sent them again', async () => {
  const { server, shot: { url, sha256 } } = await openWithFiles()
  expect(sha256).toBe(createHash('sha256').update(shot).digest('hex'))
  const etag = (await server.request(url)).headers.get('etag')!

  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const response = await server.request(url, { headers: { 'if-none-match': tag } })
    expect([response.status, (await bytesOf(response)).length, response.headers.get('etag')], tag).toEqual([304, 0, etag])
  }
  expect((await server.request(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
})

test('a download that was interrupted goes on only with the same bytes', async () => {
  const { server, shot: { url, sha256 } } = await openWithFiles()

  const same = await server.request(url, { headers: { 'range': 'bytes=10-', 'if-range': `"${sha256}"` } })
  const other = await server.request(url, { headers: { 'range': 'bytes=10-', 'if-range': '"other"' } })

  expect([same.status, other.status]).toEqual([206, 200])
})

test('HEAD tells everything but the bytes', async () => {
  const { server, shot: { url } } = await openWithFiles()

  const head = await server.request(url, { method: 'HEAD' })
  const get = await server.request(url)

  const without = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)))
  expect(head.status).toBe(200)
  expect(without(head.headers)).toEqual(without(get.headers))
  expect((await bytesOf(head)).length).toBe(0)
})

test('an attachment that is not there is a 404 in a sentence', async () => {
  const { server, shot } = await openWithFiles()
  const { storage_path } = (await server.rows('attachments')).find(row => row.id === shot.id)!
  await rm(path.join(server.dataFolder, 'attachments', storage_path as string))

  for (const url of ['/api/attachments/nothing', '/api/attachments/..%2Fsatchel.sqlite', shot.url]) {
    const response = await server.request(url)
    expect(response.status, url).toBe(404)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-disposition')).toBeNull()
    expect(await response.json(), url).toMatchObject({ status: 404, detail: expect.stringMatching(/attachment/), requestId: expect.any(String) })
  }
})

test('a download that nobody reads waits outside the server’s memory, and leaves nothing open when it is given up', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const sockets: Socket[] = []
  server.app.server.on('connection', socket => sockets.push(socket))
  const large = Buffer.concat([pdfBytes(), Buffer.alloc(9 * 1024 * 1024)])
  const { uploads: [upload] } = await (await server.request('/api/uploads', form({}, [file('large.pdf', large)]))).json() as UploadsReply
  sockets.length = 0

  const readers = Array.from({ length: 20 }, () => {
    const reader = connectTcp(Number(new URL(server.url).port), '127.0.0.1').pause()
    reader.write(`GET ${upload!.url} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    return reader
  })
  await eventually(() => sockets.filter(socket => socket.writableNeedDrain).length).toBe(readers.length)

  expect(Math.max(...sockets.map(socket => socket.writableLength))).toBeLessThan(1024 * 1024)
  if (process.platform === 'linux')
    expect(await openFilesIn(server.dataFolder)).toBeGreaterThanOrEqual(readers.length)
  readers.forEach(reader => reader.destroy())
  if (process.platform === 'linux')
    await eventually(() => openFilesIn(path.join(server.dataFolder, 'attachments'))).toBe(0)
  expect((await bytesOf(await server.request(upload!.url))).length).toBe(large.length)
})

/** Linux lists what a process has open. */
async function openFilesIn(folder: string) {
  const open = await Promise.all((await readdir('/proc/self/fd')).map(fd => readlink(`/proc/self/fd/${fd}`).catch(() => ''))) // one is gone: the list itself
  return open.filter(file => file.startsWith(folder)).length
}

test('ten downloads at once all come complete', async () => {
  const { server, attachments } = await openWithFiles()

  const all = await Promise.all(Array.from({ length: 10 }, async (_, i) => {
    const attachment: Attachment = attachments[i % attachments.length]!
    const bytes = await bytesOf(await server.request(attachment.url))
    return createHash('sha256').update(bytes).digest('hex') === attachment.sha256
  }))

  expect(all).toEqual(all.map(() => true))
})
