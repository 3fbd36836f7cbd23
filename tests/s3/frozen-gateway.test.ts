import { readFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { startCeph } from './cephServer.ts'
import { openBucket, s3 } from './openBucket.ts'

/** Requests that come at once. */
const PEOPLE = 4
const WAVES = 3

const REFUSED = { status: 503, code: 'storage_unavailable' }
const ESTABLISHED = '01'

/** A picture of about 1 MB, so that some of it is still to be sent when S3 stops. */
const shot = (seed: number) => ({ filename: 'shot.png', content: pngBytes({ width: 600, height: 600, seed }), mimeType: 'image/png' })

/** Open connections of this machine to a port. */
async function connectionsTo(port: number): Promise<number> {
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1).map(row => row.trim().split(/\s+/))
  return rows.filter(([, , remote, state]) => state === ESTABLISHED && remote?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`)).length
}

/** A server, and an S3 of its own whose gateway can be frozen. */
async function open() {
  const ceph = await startCeph()
  onTestFinished(ceph.stop)
  const { address } = await openBucket('', ceph.server)
  const server = await openServer({ agent: instantAgent().agent, blobStore: { kind: 's3', s3: address } })
  const client = createSatchelClient({ baseUrl: server.url, firstPauseMs: 1, retries: 0 })
  return { ceph, server, client, sockets: () => connectionsTo(Number(new URL(ceph.server.endpoint).port)) }
}

describe.skipIf(!s3)('an S3 whose process stands still', () => {
  test('in the middle of uploads and downloads: all are told so, connections do not pile up, and when it goes on so does everything', async () => {
    const { ceph, server, client, sockets } = await open()
    const { id } = await client.createSession()
    const { message: { attachments: [stored] } } = await (await client.sendMessage(id, 'before', { attachments: [shot(1)] })).json() as PostedMessage
    const download = () => client.downloadAttachment(stored!.id).then(response => response.arrayBuffer())
    const upload = (seed: number) => client.uploadAttachment(shot(seed))
    const send = (i: number) => client.sendMessage(id, `of ${i}`, { attachments: [shot(100 + i)], idempotencyKey: `k${i}` })
    const people = Array.from({ length: PEOPLE }, (_, i) => i)

    const begun = performance.now()
    const underWay = people.flatMap(i => [send(i), upload(2 + i), download()])
    await Promise.race(underWay) // the others are on their way
    ceph.freeze()
    onTestFinished(() => void ceph.thaw())
    const first = await Promise.allSettled(underWay)
    const [tookFirst, openFirst] = [performance.now() - begun, await sockets()]
    const later: number[] = []
    for (let wave = 1; wave <= WAVES; wave++) {
      await Promise.all(people.flatMap(i => [upload(10 * wave + i), download()]).map(work => expect(work).rejects.toMatchObject(REFUSED)))
      later.push(await sockets())
    }
    const took = performance.now() - begun - tookFirst
    expect(await server.json('/readyz')).toEqual({ status: 'ready', store: 'away' })
    expect((await client.sendMessage(id, 'without files')).status).toBe(202)
    const refused = first.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toSatisfy((error: Error) => 'status' in error ? error.status === 503 : error.name === 'TypeError') // a download that had begun breaks off
    expect(Math.max(...later)).toBeLessThanOrEqual(Math.max(openFirst, 2))
    console.info(`${refused.length} of ${first.length} under way were refused after ${Math.round(tookFirst)} ms at most, then ${WAVES} times ${2 * PEOPLE} in ${Math.round(took)} ms; connections: ${openFirst}, then ${later.join(', ')}`)
    ceph.thaw()

    await eventually(() => server.json('/readyz')).toEqual({ status: 'ready', store: 'ready' })
    expect(Buffer.compare(Buffer.from(await download()), shot(1).content)).toBe(0)
    for (const work of people.flatMap<Promise<unknown>>(i => [send(i), upload(2 + i)])) // what had come through is not stored again
      await work
    const asked = (await server.messages(id)).filter(({ role, text }) => role === 'user' && text.startsWith('of '))
    expect(asked.map(({ text }) => text).toSorted()).toEqual(Array.from({ length: PEOPLE }, (_, i) => `of ${i}`)) // each once
  })
})
