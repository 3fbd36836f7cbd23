import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request as rawRequest } from 'node:http'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { IMAGE_BASE64_CHARS, LIMITS } from '../../src/shared/attachments.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import type { PostedMessage, UploadsReply } from '../../src/shared/protocol/rest.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { jpegBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import { ANN, ABE, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json, type FormFile } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function open(options: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer({ agent: instantAgent().agent, ...options })
  if (options.apiKeys)
    server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one' }))

  const upload = async (files: readonly FormFile[], url = '/api/uploads') => {
    const response = await server.request(url, form({}, files))
    return { status: response.status, body: await response.json() as UploadsReply & Problem }
  }
  const send = async (body: object, headers: Record<string, string> = {}) => {
    const response = await server.request('/api/sessions/one/messages', json(body, headers))
    return { status: response.status, body: await response.json() as PostedMessage & Problem }
  }
  return { ...server, upload, send }
}

/** A PDF of exactly this size: what follows its end is nobody's. */
const pdfOf = (size: number) => Buffer.concat([pdfBytes(), Buffer.alloc(size)]).subarray(0, size)

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

test.each(['/api/uploads', '/api/uploads/messageAttachment'])('what is uploaded to %s can be seen at once, and is the same when a message has claimed it', async (url) => {
  const server = await open()
  const shot = pngBytes({ width: 40, height: 30 })

  const { status, body: { uploads } } = await server.upload([file('shot.png', shot, 'image/png'), file('größe.pdf', pdfBytes())], url)

  expect(status).toBe(201)
  expect(uploads).toMatchObject([
    { name: 'shot.png', type: 'image/png', size: shot.length, sha256: sha256(shot), url: expect.stringMatching(/^\/api\/attachments\//) },
    { name: 'größe.pdf', type: 'application/pdf', size: pdfBytes().length },
  ])
  const before = await server.request(uploads[0]!.url)
  expect(before.headers.get('content-type')).toBe('image/png')
  expect(sha256(await bytesOf(before))).toBe(sha256(shot))

  const { body: { message } } = await server.send({ content: 'look', uploadIds: uploads.map(({ id }) => id) })

  expect(message.attachments.map(({ id, filename, width }) => [id, filename, width])).toEqual([[uploads[0]!.id, 'shot.png', 40], [uploads[1]!.id, 'größe.pdf', null]])
  expect(message).toMatchObject({ attachmentUrl: uploads[0]!.url, attachmentType: 'image/png', attachmentName: 'shot.png' })
  expect(sha256(await bytesOf(await server.request(uploads[0]!.url)))).toBe(sha256(shot))
  expect(await server.blobs()).toHaveLength(2)
})

test('uploads are claimed from a form, too, and come after its files', async () => {
  const server = await open()
  const { body: { uploads } } = await server.upload([file('a.png', pngBytes({ seed: 1 })), file('b.png', pngBytes({ seed: 2 }))])

  const response = await server.request('/api/sessions/one/messages', form({ content: '', uploadIds: uploads.map(({ id }) => id) }, [file('first.png', pngBytes({ seed: 3 }))]))

  const { message } = await response.json() as PostedMessage
  expect(message.attachments.map(({ filename }) => filename)).toEqual(['first.png', 'a.png', 'b.png'])
})

test('exactly ten megabytes pass, and one byte more does not', async () => {
  const server = await open()

  const largest = await server.upload([file('large.pdf', pdfOf(LIMITS.uploadBytes))])
  const tooLarge = await server.upload([file('larger.pdf', pdfOf(LIMITS.uploadBytes + 1))])

  expect(LIMITS.uploadBytes).toBe(10_485_760)
  expect(largest).toMatchObject({ status: 201, body: { uploads: [{ size: 10_485_760 }] } })
  expect(tooLarge).toMatchObject({ status: 413, body: { code: 'attachment_refused', filename: 'larger.pdf' } })
  expect(await server.blobs()).toHaveLength(1)
})

test('a file that is too large is not read to its end', async () => {
  const server = await open()
  const announced = 500 * 1024 * 1024
  const request = rawRequest(`${server.url}/api/uploads`, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': announced } })
  const answered = new Promise<number>(resolve => request.on('response', response => resolve(response.statusCode!)))
  const closed = new Promise(resolve => request.on('close', resolve))
  request.on('error', () => {}) // it is hung up on
  request.write('--x\r\nContent-Disposition: form-data; name="files"; filename="large.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n')
  let sent = 0
  const chunk = Buffer.alloc(1024 * 1024)
  const pour = () => {
    while (!request.destroyed && sent < announced - chunk.length * 2) {
      sent += chunk.length
      if (!request.write(chunk))
        return request.once('drain', pour)
    }
  }
  pour()

  expect(await answered).toBe(413)
  await closed
  expect(sent).toBeLessThan(40 * 1024 * 1024) // what lies in buffers on the way
  expect(await server.blobs()).toEqual([])
})

test.each<[string, FormFile, number]>([
  ['a text', file('notes.txt', Buffer.from('hi'), 'text/plain'), 415],
  ['a page', file('page.html', Buffer.from('<script>alert(1)</script>'), 'text/html'), 415],
  ['a drawing', file('a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'), 415],
  ['a HEIC', file('a.heic', Buffer.concat([Buffer.from('....ftypheic'), Buffer.alloc(2000)]), 'image/heic'), 415],
  ['a program under the name of an image', file('a.png', Buffer.from('MZ\0\0'), 'image/png'), 415],
  ['a JPEG that says it is a PNG', file('a.png', jpegBytes(), 'image/png'), 415],
  ['nothing', file('a.png', new Uint8Array(), 'image/png'), 422],
])('%s is refused by its bytes, and the files before it are not kept either', async (_what, wrong, status) => {
  const server = await open()

  const answer = await server.upload([file('fine.png', pngBytes(), 'image/png'), wrong])

  expect(answer).toMatchObject({ status, body: { code: 'attachment_refused', filename: wrong.name } })
  expect([await server.blobs(), await server.rows('uploads')]).toEqual([[], []])
})

test('a form without a file, and what is no form, are refused', async () => {
  const server = await open()

  expect(await server.upload([])).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  expect((await server.request('/api/uploads', json({ files: [] }))).status).toBe(415)
  expect((await server.request('/api/uploads', { method: 'POST' })).status).toBe(415)
})

const PART = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n'

test.each<[string, string, string]>([
  ['that names no boundary', 'multipart/form-data', `${PART}\r\n--x--\r\n`],
  ['with an empty boundary', 'multipart/form-data; boundary=', `${PART}\r\n--x--\r\n`],
  ['with another boundary', 'multipart/form-data; boundary=y', `${PART}\r\n--x--\r\n`],
  ['that ends in the middle of a file', 'multipart/form-data; boundary=x', PART],
  ['that ends in the middle of a head', 'multipart/form-data; boundary=x', PART.slice(0, 40)],
  ['that ends before it began', 'multipart/form-data; boundary=x', ''],
  ['whose part has no name', 'multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--x--\r\n`],
  ['whose field is called like something inside', 'multipart/form-data; boundary=x', `--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nhello\r\n--x--\r\n`],
])('a form %s is refused as such, wherever it is sent, and keeps nothing', async (_what, contentType, body) => {
  const server = await open()

  for (const url of ['/api/uploads', '/api/sessions/one/messages']) {
    const response = await server.request(url, { method: 'POST', headers: { 'content-type': contentType }, body })
    expect([response.status, response.headers.get('content-type')], url).toEqual([400, 'application/problem+json'])
    expect((await response.json() as Problem).detail).toMatch(/\.$/)
  }
  expect([await server.blobs(), await server.rows('uploads'), await server.rows('messages')]).toEqual([[], [], []])
})

test('an upload that is cut off leaves nothing behind', async () => {
  const server = await open()
  const request = rawRequest(`${server.url}/api/uploads`, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 5_000_000 } })
  request.on('error', () => {})
  request.write('--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.4\n')
  request.write(Buffer.alloc(2_000_000))
  await eventually(async () => (await server.blobs()).length).toBe(1) // half of it is there
  request.destroy()

  await eventually(() => server.blobs()).toEqual([])
  expect(await server.rows('uploads')).toEqual([])
})

test('an upload belongs to one message: the same message again finds it, another does not', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent })
  const { body: { uploads: [upload] } } = await server.upload([file('a.png', pngBytes())])
  const uploadIds = [upload!.id]

  const first = await server.send({ content: 'mine', uploadIds }, { 'idempotency-key': 'k1' })
  const again = await server.send({ content: 'mine', uploadIds }, { 'idempotency-key': 'k1' })
  const other = await server.send({ content: 'mine, too', uploadIds })
  const twice = await server.send({ content: 'hi', uploadIds: [...uploadIds, ...uploadIds] })

  expect([first.status, again.status]).toEqual([202, 202])
  expect(again.body.message.id).toBe(first.body.message.id)
  expect(other).toMatchObject({ status: 409, body: { code: 'upload_claimed', filename: 'a.png' } })
  expect(twice.status).toBe(400)
  await eventually(() => turns.length).toBe(1)
  expect((await bytesOf(await server.request(upload!.url))).length).toBe(upload!.size)
})

test('two messages at once cannot both have an upload', async () => {
  const server = await open()
  for (const id of ['two', 'three', 'four'])
    await server.request('/api/sessions', json({ id }))
  const { body: { uploads: [upload] } } = await server.upload([file('a.png', pngBytes())])

  const answers = await Promise.all(['one', 'two', 'three', 'four'].map(id => server.request(`/api/sessions/${id}/messages`, json({ uploadIds: [upload!.id] }))))

  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409])
  expect((await server.rows('messages')).filter(row => row.role === 'user')).toHaveLength(1)
})

test('an upload that is deleted while a message that claims it is being stored is told as not there', async () => {
  const dataFolder = await temporaryFolder()
  const store = await LocalAttachmentStore.open(path.join(dataFolder, 'attachments'))
  const server = await open({ dataFolder, blobs: store })
  const { body: { uploads: [upload] } } = await server.upload([file('a.png', pngBytes())])
  let deleted: number | undefined
  const put = store.put.bind(store)
  store.put = async (...parameters) => {
    deleted = (await server.request(upload!.url, { method: 'DELETE' })).status // by now the message has found it
    return put(...parameters)
  }

  const answer = await server.request('/api/sessions/one/messages', form({ content: 'both', uploadIds: upload!.id }, [file('b.png', pngBytes({ seed: 2 }))]))

  expect(deleted).toBe(204)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ code: 'upload_not_found' })
  expect(await server.rows('messages')).toEqual([])
})

test('another tenant neither sees an upload nor can claim it', async () => {
  const server = await open({ apiKeys: TWO_TENANTS })
  const { body: { uploads: [upload] } } = await server.upload([file('a.png', pngBytes())])
  await server.request('/api/sessions', json({ id: 'theirs' }, bearer(ZOE)))

  const claim = await server.request('/api/sessions/theirs/messages', json({ uploadIds: [upload!.id] }, bearer(ZOE)))

  expect(claim.status).toBe(404)
  expect((await server.request(upload!.url, { headers: bearer(ZOE) })).status).toBe(404)
  expect((await server.request(upload!.url, { headers: bearer(ABE) })).status).toBe(200)
  expect((await server.send({ uploadIds: [upload!.id] })).status).toBe(202)
})

test('the same key and body is the same message, also when its file was deleted meanwhile; another body is not', async () => {
  const server = await open()
  const { body: { uploads: [first, second] } } = await server.upload([file('a.png', pngBytes()), file('b.png', pngBytes({ seed: 2 }))])
  const uploadIds = [first!.id, second!.id]
  const key = { 'idempotency-key': 'k1' }
  const sent = await server.send({ content: 'mine', uploadIds }, key)
  await server.request(`/api/attachments/${first!.id}`, { method: 'DELETE' })

  const again = await server.send({ content: 'mine', uploadIds }, key)

  expect(again).toMatchObject({ status: 202, body: { message: { id: sent.body.message.id, attachments: [{ id: second!.id }] } } })
  const others = [{ content: 'other', uploadIds }, { content: 'mine', uploadIds: [first!.id] }, { content: 'mine', uploadIds: uploadIds.toReversed() }]
  for (const other of others)
    expect(await server.send(other, key), JSON.stringify(other)).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } })
  expect((await server.send({ content: 'mine', uploadIds })).status).toBe(404)
  expect((await server.rows('messages')).filter(({ role }) => role === 'user')).toHaveLength(1)
})

test('what no message claims within a day is told so, and removed', async () => {
  const server = await open()
  const { body: { uploads: [kept, claimed, old] } } = await server.upload([1, 2, 3].map(seed => file('a.png', pngBytes({ seed }))))
  await server.send({ uploadIds: [claimed!.id] })
  expect(Date.parse(old!.expiresAt) - Date.parse(old!.createdAt)).toBe(24 * 60 * 60 * 1000)
  const database = await openDatabaseOf(server.dataFolder)
  await database.updateTable('uploads').set({ expires_at: new Date().toISOString() }).where('id', 'in', [old!.id, claimed!.id]).execute()

  expect(await server.send({ uploadIds: [old!.id] })).toMatchObject({ status: 410, body: { code: 'upload_expired' } })
  expect((await server.request(old!.url)).status).toBe(404)
  await server.close()
  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })

  await eventually(async () => (await again.blobs()).length).toBe(2)
  expect((await again.rows('uploads')).map(row => row.id).sort()).toEqual([kept!.id, claimed!.id].sort())
  expect((await again.request(claimed!.url)).status).toBe(200)
  expect((await again.request(kept!.url)).status).toBe(200)
})

test('a deleted session takes the uploads with it that its messages claimed', async () => {
  const server = await open()
  const { body: { uploads } } = await server.upload([file('a.png', pngBytes({ seed: 1 })), file('b.png', pngBytes({ seed: 2 }))])
  await server.send({ uploadIds: [uploads[0]!.id] })

  await server.request('/api/sessions/one', { method: 'DELETE' })

  expect((await server.rows('uploads')).map(row => row.id)).toEqual([uploads[1]!.id])
  expect(await server.blobs()).toHaveLength(1)
  expect((await server.request(uploads[0]!.url)).status).toBe(404)
})

async function answered(server: Awaited<ReturnType<typeof open>>): Promise<Message> {
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])
  return (await server.messages('one'))[1]!
}

test('a photo of nine megabytes is kept whole, and reduced for the agent', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent })
  const noise = randomBytes(2400 * 1600 * 3)
  const photo = await sharp(noise, { raw: { width: 2400, height: 1600, channels: 3 } }).withMetadata({ orientation: 6 }).jpeg({ quality: 97, chromaSubsampling: '4:4:4' }).toBuffer()
  expect(photo.length).toBeGreaterThan(LIMITS.fileBytes)
  expect(photo.length).toBeLessThan(LIMITS.uploadBytes)
  const { body: { uploads: [upload] } } = await server.upload([file('photo.jpg', photo, 'image/jpeg')])

  const { body: { message } } = await server.send({ content: 'look', uploadIds: [upload!.id] })
  await answered(server)

  expect(message.attachments[0]).toMatchObject({ size: photo.length, sha256: sha256(photo) })
  expect(sha256(await bytesOf(await server.request(upload!.url)))).toBe(sha256(photo))
  const [label, shown] = turns[0]!.content
  expect(label).toMatchObject({ type: 'text', text: 'Image: photo.jpg' })
  if (shown?.type !== 'image')
    throw new Error('not an image')
  const bytes = Buffer.from(shown.source.data, 'base64')
  const { width, height, format } = await sharp(bytes).metadata()
  expect(shown.source.media_type).toBe(`image/${format}`)
  expect([width, height]).toEqual([1333, 2000]) // upright
  expect(bytes.length).toBeLessThanOrEqual(LIMITS.reducedImageBytes)
  expect(sha256(await readFile(path.join(server.dataFolder, 'workspaces', 'one', 'attachments', 'photo.jpg')))).toBe(sha256(photo))
})

test('a photo is reduced to what this very server may send', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent, limits: { ...LIMITS, imageBase64Chars: IMAGE_BASE64_CHARS.least } })
  const photo = pngBytes({ width: 1500, height: 1200 })
  const { body: { uploads: [upload] } } = await server.upload([file('photo.png', photo)])

  await server.send({ content: 'look', uploadIds: [upload!.id] })
  await answered(server)

  const shown = turns[0]!.content[1]
  if (shown?.type !== 'image')
    throw new Error('not an image')
  expect(shown.source.data.length).toBeLessThanOrEqual(IMAGE_BASE64_CHARS.least)
  expect((await bytesOf(await server.request(upload!.url))).length).toBe(photo.length)
})

test('a screenshot with too many pixels stays a sharp PNG when it is reduced', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent })
  const screenshot = await sharp({ create: { width: 5000, height: 2500, channels: 4, background: { r: 30, g: 90, b: 200, alpha: 0.5 } } }).png().toBuffer()

  const response = await server.request('/api/sessions/one/messages', form({ content: 'look' }, [file('wide.png', screenshot, 'image/png')]))
  await answered(server)

  expect(response.status).toBe(202)
  const shown = turns[0]!.content[1]
  if (shown?.type !== 'image')
    throw new Error('not an image')
  expect(await sharp(Buffer.from(shown.source.data, 'base64')).metadata()).toMatchObject({ format: 'png', width: 2000, height: 1000, hasAlpha: true })
})

test('an image within the limits reaches the agent byte for byte', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent })
  const shot = pngBytes({ width: 600, height: 400 })
  const { body: { uploads: [upload] } } = await server.upload([file('shot.png', shot)])
  await server.send({ uploadIds: [upload!.id] })
  await answered(server)

  expect(turns[0]!.content[1]).toMatchObject({ source: { media_type: 'image/png', data: Buffer.from(shot).toString('base64') } })
})

test('a PDF of seven megabytes lies in the agent’s folder and is named by its path', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent })
  const report = pdfOf(7 * 1024 * 1024)
  const { body: { uploads: [upload] } } = await server.upload([file('report.pdf', report, 'application/pdf')])

  await server.send({ content: 'read it', uploadIds: [upload!.id] })
  await answered(server)

  expect(turns[0]!.content).toEqual([
    { type: 'file', name: 'report.pdf', mediaType: 'application/pdf', size: report.length, path: 'attachments/report.pdf' },
    { type: 'text', text: 'read it' },
  ])
  expect(sha256(await readFile(path.join(turns[0]!.workspaceFolder, 'attachments/report.pdf')))).toBe(sha256(report))
  expect(await server.rows('sessions')).toMatchObject([{ media_count: 0 }]) // it is no part of the conversation's media
})

test('a picture that is damaged inside is refused with its message, however it came, and the next message works', async () => {
  const { agent, turns } = instantAgent()
  const server = await open({ agent })
  const damaged = Buffer.from(pngBytes({ width: 210, height: 100 }))
  damaged.fill(0xAB, 1000, damaged.length - 1000)
  const { status, body: { uploads: [upload] } } = await server.upload([file('broken.png', damaged)])
  expect(status).toBe(201)

  for (const message of [{ content: 'look', uploadIds: [upload!.id] }, { content: 'look', attachments: [{ filename: 'broken.png', mimeType: 'image/png', content: damaged.toString('base64') }] }]) {
    const refused = await server.send(message)
    expect([refused.status, refused.body]).toMatchObject([422, { code: 'attachment_refused', filename: 'broken.png', detail: expect.stringContaining('cannot be decoded') }])
  }
  expect(await server.messages('one')).toEqual([])

  await server.send({ content: 'and now?' })
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])
  expect(turns).toHaveLength(1)
})
