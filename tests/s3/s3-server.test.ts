import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openLine } from '../helpers/line.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { startServer } from '../helpers/serverProcess.ts'
import { makeBackup } from '../../src/server/storage/backup/makeBackup.ts'
import { restoreBackup } from '../../src/server/storage/backup/restoreBackup.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { MARK_NAME, OWNER_NAME } from '../../src/server/storage/blobs/blobStore.ts'
import { openBucket, s3 } from './openBucket.ts'

const shot = { filename: 'shot.png', content: pngBytes({ width: 900, height: 900 }), mimeType: 'image/png' }

async function open({ endpoint }: { endpoint?: string } = {}) {
  const { address, client: s3Client } = await openBucket()
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent, blobStore: { kind: 's3', s3: { ...address, endpoint: endpoint ?? address.endpoint } } })
  const client = createSatchelClient({ baseUrl: server.url, firstPauseMs: 1, retries: 0 })
  /** Of what people sent; what says whose and which bucket it is stays. */
  const keys = async () => ((await s3Client.send(new ListObjectsV2Command({ Bucket: address.bucket }))).Contents ?? []).map(({ Key }) => Key).filter(key => key !== OWNER_NAME && key !== MARK_NAME)
  return { server, client, turns, keys, address }
}

describe.skipIf(!s3)('a server whose attachments are in S3', () => {
  test('is backed up out of its bucket while it runs, and restored into another one', async () => {
    const { server, client, address } = await open()
    const { id } = await client.createSession()
    await client.sendMessage(id, 'look', { attachments: [shot] })
    const backup = path.join(await temporaryFolder(), 'backup')
    const dataFolder = path.join(await temporaryFolder(), 'data')
    const other = await openBucket()

    const facts = await makeBackup({ dataFolder: server.dataFolder, folder: backup, openBlobs: () => openBlobStore({ kind: 's3', s3: address }) })
    const into = (s3: typeof address) => restoreBackup({ folder: backup, dataFolder, openBlobs: () => openBlobStore({ kind: 's3', s3 }) })
    await into(other.address)

    expect(facts).toMatchObject({ files: 1, bytes: shot.content.length, lost: [] })
    const restored = await openServer({ dataFolder, agent: instantAgent().agent, blobStore: { kind: 's3', s3: other.address } })
    const [attachment] = (await restored.messages(id))[0]!.attachments
    expect(Buffer.from(await (await restored.request(attachment!.url)).arrayBuffer())).toEqual(Buffer.from(shot.content))
    await expect(into(address)).rejects.toThrow(/not empty/)
  })

  test('keeps what is sent and uploaded there, gives it back in parts, and removes it with its last reference', async () => {
    const { server, client, turns, keys } = await open()
    const { id } = await client.createSession()

    const upload = await client.uploadAttachment(shot)
    const { message } = await (await client.sendMessage(id, 'look', { attachments: [{ ...shot, filename: 'same.png' }], uploadIds: [upload.id] })).json() as PostedMessage

    await eventually(() => turns.length).toBe(1)
    expect(turns[0]!.content.filter(block => block.type === 'image')).toHaveLength(2)
    expect(await keys()).toHaveLength(1)
    await expect(server.blobs()).rejects.toMatchObject({ code: 'ENOENT' }) // there is no such folder on the server’s own disk
    for (const { id } of message.attachments) {
      const part = await client.downloadAttachment(id, { range: { start: 1000, end: 1999 } })
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(shot.content.slice(1000, 2000))
      const whole = await client.downloadAttachment(id)
      expect(Buffer.compare(Buffer.from(await whole.arrayBuffer()), shot.content)).toBe(0) // `toEqual` takes seconds for so many bytes
    }

    await client.deleteAttachment(message.attachments[0]!.id)
    expect(await keys()).toHaveLength(1)
    await server.request(`/api/sessions/${id}`, { method: 'DELETE' })
    expect(await keys()).toEqual([])
  })

  test('that cannot be reached says so, keeps nothing, and works again when it is back', async () => {
    const line = await openLine(s3!.endpoint)
    const { server, client, turns, keys } = await open({ endpoint: line.endpoint })
    const { id } = await client.createSession()
    const { message } = await (await client.sendMessage(id, 'before', { attachments: [shot] })).json() as PostedMessage
    await eventually(() => turns.length).toBe(1)
    const other = { ...shot, content: pngBytes({ seed: 5 }) }

    line.cut()
    await expect(client.sendMessage(id, 'during', { attachments: [other], idempotencyKey: 'k' })).rejects.toMatchObject({ status: 503, code: 'storage_unavailable' })
    await expect(client.uploadAttachment(other)).rejects.toMatchObject({ status: 503, code: 'storage_unavailable' })
    await expect(client.downloadAttachment(message.attachments[0]!.id)).rejects.toMatchObject({ status: 503, code: 'storage_unavailable' })
    expect(await server.json('/readyz')).toEqual({ status: 'ready', store: 'away' })
    expect((await client.sendMessage(id, 'without files')).status).toBe(202)
    expect([(await server.rows('messages')).filter(row => row.role === 'user').length, (await server.rows('uploads')).length]).toEqual([2, 0])
    line.mend()

    expect((await client.sendMessage(id, 'during', { attachments: [other], idempotencyKey: 'k' })).status).toBe(202)
    expect(await keys()).toHaveLength(2)
    await eventually(() => server.json('/readyz')).toEqual({ status: 'ready', store: 'ready' })
  })

  test.each([
    ['takes connections, but does not answer', true],
    ['refuses connections', false],
  ])('starts where S3 %s: it says so in a sentence, and takes messages', async (said, isThere) => {
    const { address } = await openBucket()
    const line = await openLine(s3!.endpoint)
    line.freeze()
    const endpoint = isThere ? line.endpoint : 'http://127.0.0.1:9'
    const server = await startServer({ DATA_DIR: await temporaryFolder(), BLOB_STORE: `s3://${address.bucket}?endpoint=${endpoint}`, AWS_ACCESS_KEY_ID: s3!.accessKeyId, AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey })
    const post = (address: string, body: object) => fetch(server.url + address, json(body))

    expect(server.output()).toContain(`BLOB_STORE: S3 at ${endpoint} ${said}`)
    expect(server.output()).not.toMatch(/\n {4}at |"level"/) // no stack, no JSON
    await post('/api/sessions', { id: 'one' })
    expect((await post('/api/sessions/one/messages', { content: 'without files' })).status).toBe(202)
    const attached = () => fetch(`${server.url}/api/sessions/one/messages`, form({}, [file('shot.png', shot.content)]))
    expect((await attached()).status).toBe(503)
    line.mend()
    if (isThere)
      await eventually(async () => (await attached()).status).toBe(202)
  })

  test('that takes connections and never answers keeps nobody waiting: with files it says so, without files all goes on, and it works again when it answers', async () => {
    const line = await openLine(s3!.endpoint)
    const { server, client, keys } = await open({ endpoint: line.endpoint })
    const { id } = await client.createSession()
    const { message } = await (await client.sendMessage(id, 'before', { attachments: [shot] })).json() as PostedMessage
    const other = { ...shot, content: pngBytes({ seed: 6 }) }

    line.freeze()
    const refused = { status: 503, code: 'storage_unavailable' }
    await Promise.all([
      expect(client.sendMessage(id, 'during', { attachments: [other], idempotencyKey: 'k' })).rejects.toMatchObject(refused),
      expect(client.uploadAttachment(other)).rejects.toMatchObject(refused),
      expect(client.downloadAttachment(message.attachments[0]!.id)).rejects.toMatchObject(refused),
    ])
    expect(await server.json('/readyz')).toEqual({ status: 'ready', store: 'away' })
    expect((await client.sendMessage(id, 'without files')).status).toBe(202)
    expect([(await server.rows('messages')).filter(row => row.role === 'user').length, (await server.rows('uploads')).length]).toEqual([2, 0])
    line.mend()

    await eventually(() => server.json('/readyz')).toEqual({ status: 'ready', store: 'ready' })
    expect((await client.sendMessage(id, 'during', { attachments: [other], idempotencyKey: 'k' })).status).toBe(202)
    expect((await keys()).length).toBeGreaterThanOrEqual(2)
  })
})
