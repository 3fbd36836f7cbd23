import { createHash, randomBytes } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import { SatchelError } from '../../src/sdk/satchelError.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { legacyBytes } from '../helpers/legacyText.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { ANN, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())
const shot = { filename: 'shot 🎉 "quoted".png', content: pngBytes({ width: 40, height: 30 }), mimeType: 'image/png' }

async function open(options: Parameters<typeof openServer>[0] = {}) {
  const { agent, turns } = instantAgent('Seen.')
  const server = await openServer({ agent, ...options })
  return { server, turns, client: createSatchelClient({ baseUrl: server.url, firstPauseMs: 1 }) }
}

const messageOf = async (response: Response) => (await response.json() as PostedMessage).message

test('a session is made, found again under its id, and listed', async () => {
  const { client } = await open()

  const session = await client.createSession({ title: 'From a script', projectId: 'scripts' })

  expect(session).toMatchObject({ title: 'From a script', projectId: 'scripts', running: false })
  expect(await client.createSession({ id: session.id })).toEqual(session)
  expect(await client.getSession(session.id)).toEqual(session)
  await client.createSession({ projectId: 'others' })
  expect((await client.listSessions({ projectId: 'scripts' })).sessions).toEqual([session])
  const first = await client.listSessions({ limit: 1 })
  const second = await client.listSessions({ limit: 1, cursor: first.nextCursor! })
  expect(new Set([...first.sessions, ...second.sessions].map(({ projectId }) => projectId))).toEqual(new Set(['scripts', 'others']))
})

test('what is attached arrives byte for byte, whether it is bytes, a Blob or a text', async () => {
  const { client, server, turns } = await open()
  const { id } = await client.createSession()

  const response = await client.sendMessage(id, 'look: ä 🎉', {
    attachments: [shot, { filename: 'report.pdf', content: new Blob([new Uint8Array(pdfBytes())]), mimeType: 'application/pdf' }, { filename: 'notes.md', content: 'Grüße, 世界', mimeType: 'text/markdown' }],
  })

  expect(response.status).toBe(202)
  const message = await messageOf(response)
  expect(message).toMatchObject({ text: 'look: ä 🎉', role: 'user', sequence: 1, attachmentName: shot.filename })
  expect(message.attachments.map(({ filename, mimeType, sha256 }) => [filename, mimeType, sha256])).toEqual([
    [shot.filename, 'image/png', sha256(shot.content)],
    ['report.pdf', 'application/pdf', sha256(pdfBytes())],
    ['notes.md', 'text/plain', sha256(Buffer.from('Grüße, 世界'))],
  ])
  await eventually(() => turns.length).toBe(1)
  expect(await server.rows('attachments')).toHaveLength(3)
})

test('the same key is the same message, however often and at once', async () => {
  const { client, turns } = await open()
  const { id } = await client.createSession()

  const responses = await Promise.all(Array.from({ length: 10 }, () => client.sendMessage(id, 'once', { idempotencyKey: 'k1', attachments: [shot] })))

  expect(new Set((await Promise.all(responses.map(messageOf))).map(message => message.id)).size).toBe(1)
  await expect(client.sendMessage(id, 'something else', { idempotencyKey: 'k1' })).rejects.toMatchObject({ status: 422, code: 'idempotency_mismatch' })
  await eventually(async () => (await client.listMessages(id)).messages.map(({ text }) => text)).toEqual(['once', 'Seen.'])
  expect(turns).toHaveLength(1)
})

test('a file of any type goes into the agent’s folder, after what the agent is shown', async () => {
  const { client } = await open()
  const { id } = await client.createSession()
  const tools = { filename: 'tools.zip', mimeType: 'application/zip', content: Uint8Array.of(80, 75, 3, 4, 0) }

  await client.sendMessage(id, 'unpack', { attachments: [shot], workspaceFiles: [tools] })

  const { attachments } = (await client.listMessages(id)).messages[0]!
  expect(attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([[shot.filename, 'image/png'], ['tools.zip', 'application/zip']])
  expect(new Uint8Array(await (await client.downloadAttachment(attachments[1]!.id)).arrayBuffer())).toEqual(tools.content)
})

test('an answer is told while it is being said', async () => {
  const { agent, turns } = scriptedAgent()
  const { client } = await open({ agent })
  const { id } = await client.createSession()
  const events: string[] = []

  const telling = (async () => {
    for await (const event of client.streamMessage(id, 'tell me', { attachments: [shot] })) {
      events.push(event.type === 'text_delta' ? event.delta : event.type)
      if (event.type === 'message_completed')
        expect(event.message).toMatchObject({ text: 'One, two.', status: 'complete' })
    }
  })()
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('One, ')
  await eventually(() => events).toContain('One, ')
  turns[0]!.say('two.')
  turns[0]!.finish()
  await telling

  expect(events[0]).toBe('message_accepted')
  expect(events.filter(event => /[,.]/.test(event)).join('')).toBe('One, two.')
  expect(events.at(-1)).toBe('message_completed')
})

test('whoever leaves the stream does not stop the agent, and whoever gives up hears the own reason', async () => {
  const { agent, turns } = scriptedAgent()
  const { client } = await open({ agent })
  const { id } = await client.createSession()

  for await (const event of client.streamMessage(id, 'go on without me')) {
    expect(event.type).toBe('message_accepted')
    break
  }
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('Still here.')
  turns[0]!.finish()
  await eventually(async () => (await client.listMessages(id)).messages.at(-1)?.text).toBe('Still here.')

  const abort = new AbortController()
  const stream = client.streamMessage(id, 'and now?', { signal: abort.signal })
  await stream.next()
  abort.abort(new Error('enough'))
  await expect((async () => {
    for await (const event of stream)
      expect(event.type).not.toBe('message_completed')
  })()).rejects.toThrow('enough')
})

test('pages of messages and of attachments are read one after the other', async () => {
  const { client } = await open()
  const { id } = await client.createSession()
  for (const name of ['a', 'b', 'c'])
    await client.sendMessage(id, name, { attachments: [{ ...shot, filename: `${name}.png` }] })
  await eventually(async () => (await client.getSession(id)).running).toBe(false)

  const { messages, hasMore } = await client.listMessages(id, { limit: 2, after: 1 })
  expect([messages.map(({ sequence }) => sequence), hasMore]).toEqual([[2, 3], true])
  expect((await client.listMessages(id, { before: 3 })).messages.map(({ sequence }) => sequence)).toEqual([1, 2])
  const all = (await client.listMessages(id)).messages.filter(({ role }) => role === 'user')
  expect((await client.listMessageAttachments(id, all[1]!.id)).map(({ filename }) => filename)).toEqual(['b.png'])
  const first = await client.listAttachments(id, { limit: 2 })
  const second = await client.listAttachments(id, { limit: 2, cursor: first.nextCursor! })
  expect([...first.attachments, ...second.attachments].map(({ filename }) => filename)).toEqual(['a.png', 'b.png', 'c.png'])
  expect(second.nextCursor).toBeNull()
})

test('an upload tells how far it is, and a message claims it', async () => {
  const { client } = await open()
  const { id } = await client.createSession()
  const content = Buffer.concat([pngBytes({ width: 1200, height: 1200 }), randomBytes(2_000_000)])
  const told: number[] = []

  const upload = await client.uploadAttachment({ filename: 'large.png', content, mimeType: 'image/png' }, {
    onProgress({ loaded, total }) {
      expect(total).toBe(content.length)
      told.push(loaded)
    },
  })

  expect(upload).toMatchObject({ name: 'large.png', type: 'image/png', size: content.length, sha256: sha256(content) })
  expect(told.length).toBeGreaterThan(10)
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect([told[0]! > 0, told[0]! < content.length, told.at(-1)]).toEqual([true, true, content.length])
  const small = await client.uploadAttachment(shot)
  const message = await messageOf(await client.sendMessage(id, 'here', { uploadIds: [small.id] }))
  expect(message.attachments).toMatchObject([{ id: small.id, filename: shot.filename }])
  await expect(client.uploadAttachment({ filename: 'a.html', content: '<p>', mimeType: 'text/html' })).rejects.toMatchObject({ status: 415, problem: { filename: 'a.html' } })
})

test('an upload that is given up ends at once', async () => {
  const { client, server } = await open()
  const abort = new AbortController()

  const uploading = client.uploadAttachment({ filename: 'a.png', content: Buffer.concat([pngBytes(), randomBytes(9_000_000)]), mimeType: 'image/png' }, {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('not this one')),
  })

  await expect(uploading).rejects.toThrow('not this one')
  await eventually(() => server.blobs()).toEqual([])
})

test('a text in an old encoding is read as the program says, and is UTF-8 from then on', async () => {
  const { client } = await open()
  const { id } = await client.createSession()
  const kana = { filename: 'bank.txt', content: legacyBytes('ﾔﾏﾀﾞ', 'shift_jis'), mimeType: 'text/plain; charset=Shift_JIS' }

  const plain = { filename: 'plain.txt', content: legacyBytes('Grüße aus München', 'windows-1252'), mimeType: 'text/plain' }

  const { attachments } = await messageOf(await client.sendMessage(id, '', { attachments: [kana, plain, shot] }))

  expect(attachments.map(({ mimeType, size }) => [mimeType, size])).toEqual([['text/plain', 12], ['text/plain', 20], ['image/png', shot.content.length]])
  const texts = await Promise.all(attachments.slice(0, 2).map(async one => Buffer.from(await bytesOf(await client.downloadAttachment(one.id))).toString()))
  expect(texts).toEqual(['ﾔﾏﾀﾞ', 'Grüße aus München'])
})

test('a download gives all bytes, or the ones that were asked for', async () => {
  const { client } = await open()
  const { id } = await client.createSession()
  const { attachments: [attachment] } = await messageOf(await client.sendMessage(id, '', { attachments: [shot] }))

  expect(await bytesOf(await client.downloadAttachment(attachment!.id))).toEqual(shot.content)
  const part = await client.downloadAttachment(attachment!.id, { range: { start: 10, end: 19 } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${shot.content.length}`])
  expect(await bytesOf(part)).toEqual(shot.content.slice(10, 20))
  expect(await bytesOf(await client.downloadAttachment(attachment!.id, { range: { start: shot.content.length - 5 } }))).toEqual(shot.content.slice(-5))
  await expect(client.downloadAttachment(attachment!.id, { range: { start: 1_000_000 } })).rejects.toMatchObject({ status: 416 })
})

test('an address for somebody without a key works, and what is deleted is gone', async () => {
  const { server } = await open({ apiKeys: TWO_TENANTS })
  const client = createSatchelClient({ baseUrl: server.url, apiKey: ANN })
  const { id } = await client.createSession()
  const { attachments: [attachment] } = await messageOf(await client.sendMessage(id, 'hi', { attachments: [shot] }))

  const address = await client.getAttachmentUrl(attachment!.id, { expiresIn: 30 })
  expect(new URL(address).origin).toBe(server.url)
  expect(await bytesOf(await fetch(address))).toEqual(shot.content)
  expect((await fetch(server.url + attachment!.url)).status).toBe(401)

  await client.deleteAttachment(attachment!.id)
  await expect(client.downloadAttachment(attachment!.id)).rejects.toMatchObject({ status: 404 })
  await expect(client.deleteAttachment(attachment!.id)).rejects.toMatchObject({ status: 404 })
})

test('without a key, and with another tenant’s, there is an error that says so', async () => {
  const { server } = await open({ apiKeys: TWO_TENANTS })
  const client = (apiKey?: string) => createSatchelClient({ baseUrl: server.url, apiKey })
  const { id } = await client(ANN).createSession()

  await expect(client().getSession(id)).rejects.toMatchObject({ status: 401 })
  await expect(client('wrong').listSessions()).rejects.toMatchObject({ status: 401 })
  const error: unknown = await client(ZOE).sendMessage(id, 'hi').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SatchelError)
  expect(error).toMatchObject({ status: 404, code: 'not_found', requestId: expect.stringMatching(/^[\w-]{36}$/) as unknown, detail: expect.stringMatching(/\.$/) as unknown })
})

test('a server that is restarted in the middle of a send still has the message once', async () => {
  const { server, client } = await open()
  const { id } = await client.createSession()
  const patient = createSatchelClient({ baseUrl: server.url, retries: 10, firstPauseMs: 100 })
  const { port } = new URL(server.url)
  await server.close()

  const sending = patient.sendMessage(id, 'hello?', { attachments: [shot] })
  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder, port: Number(port) })

  expect((await sending).status).toBe(202)
  expect((await again.messages(id)).filter(({ role }) => role === 'user')).toHaveLength(1)
})

test.each(['given up', 'refused'])('the file of an upload that is %s is released', async (how) => {
  let cancelled = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: controller => controller.enqueue(new Uint8Array(1000)),
    cancel: () => { cancelled++ },
  })
  const real = globalThis.Response
  // A form's bytes come from wherever its files are; here they never end.
  vi.stubGlobal('Response', class extends real {
    override get body() {
      return endless as ReadableStream<Uint8Array<ArrayBuffer>>
    }
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const abort = new AbortController()
  const fetchIt = how === 'refused'
    ? async () => new real('{}', { status: 413 })
    : (_address: string, { signal }: RequestInit) => new Promise<Response>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')))
        abort.abort(new Error('not this one'))
      })
  const client = createSatchelClient({ baseUrl: 'http://127.0.0.1:1', fetch: fetchIt })

  await expect(client.uploadAttachment(shot, { onProgress: () => undefined, signal: abort.signal })).rejects.toThrow()

  expect(cancelled).toBe(1)
})
