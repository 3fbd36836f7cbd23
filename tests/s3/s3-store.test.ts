import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, ListObjectsV2Command, UploadPartCommand } from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { newBlobKey } from '../../src/server/storage/blobs/blobStore.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { S3AttachmentStore } from '../../src/server/storage/blobs/s3AttachmentStore.ts'
import { S3_PATIENCE } from '../../src/server/storage/blobs/s3Patience.ts'
import { StartError } from '../../src/server/errors/startError.ts'
import { eventually } from '../helpers/eventually.ts'
import { openLine } from '../helpers/line.ts'
import { keysOf, storeContract } from '../helpers/storeContract.ts'
import { openBucket, s3 } from './openBucket.ts'

/** So many megabytes. */
function* pieces(count: number) {
  for (let i = 0; i < count; i++)
    yield randomBytes(1024 * 1024)
}

describe.skipIf(!s3)('S3', () => {
  storeContract('objects of a part of a bucket', async () => {
    const { address } = await openBucket('satchel/attachments/')
    return { store: new S3AttachmentStore(address), again: async () => new S3AttachmentStore(address) }
  })

  test('two Satchels in one bucket do not see each other’s bytes', async () => {
    const { address } = await openBucket()
    const [one, other] = ['one/', 'other/'].map(prefix => new S3AttachmentStore({ ...address, prefix }))
    const key = newBlobKey('default')
    await one!.put(key, randomBytes(1))

    expect(await other!.head(key)).toBeUndefined()
    expect(await keysOf(other!)).toEqual([])
  })

  test('a signed link gives the bytes to whoever has it, under the name and type it was signed for', async () => {
    const { address } = await openBucket()
    const store = new S3AttachmentStore(address)
    const bytes = randomBytes(1000)
    const key = newBlobKey('default')
    await store.put(key, bytes)

    const link = await store.signedLink(key, { seconds: 60, contentType: 'image/png', contentDisposition: 'attachment; filename*=UTF-8\'\'%F0%9F%8E%89.png' })
    const response = await fetch(link)

    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename*=UTF-8\'\'%F0%9F%8E%89.png')
    expect((await fetch(link.replace(key, newBlobKey('default')))).status).toBe(403)
    expect((await fetch(link.split('?')[0]!)).status).toBe(403)
  })

  test('a signed link ends', async () => {
    const { address } = await openBucket()
    const store = new S3AttachmentStore(address)
    const key = newBlobKey('default')
    await store.put(key, randomBytes(1))
    vi.useFakeTimers({ now: Date.now() - 61_000, toFake: ['Date'] }) // signed a minute and a second ago
    const link = await store.signedLink(key, { seconds: 60 })
    vi.useRealTimers()

    expect((await fetch(link)).status).toBe(403)
  })

  test('parts that a crash left are cleared away, and those of a put under way are not', async () => {
    const { address, client } = await openBucket()
    const store = new S3AttachmentStore(address)
    const { Key, Bucket, UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: address.bucket, Key: newBlobKey('default') }))
    await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: randomBytes(100) }))
    const uploads = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []

    await store.removeUnfinished(Date.now() - 60 * 60 * 1000)
    expect(await uploads()).toHaveLength(1)
    await store.removeUnfinished(Date.now() + 60 * 60 * 1000)
    expect(await uploads()).toHaveLength(0)
  })

  test('a put that is given up leaves no parts that somebody would have to pay for', async () => {
    const { address, client } = await openBucket()
    const store = new S3AttachmentStore(address)
    const abort = new AbortController()
    const stream = new PassThrough()
    const putting = store.put(newBlobKey('default'), stream, { signal: abort.signal })
    stream.write(randomBytes(12 * 1024 * 1024))
    const uploads = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket: address.bucket }))).Uploads ?? []
    await expect.poll(uploads).toHaveLength(1)

    abort.abort()
    await expect(putting).rejects.toMatchObject({ name: 'AbortError' })

    expect(await uploads()).toHaveLength(0)
    expect((await client.send(new ListObjectsV2Command({ Bucket: address.bucket }))).KeyCount).toBe(0)
  })

  test('more than a thousand keys are listed', async () => {
    const { address } = await openBucket()
    const store = new S3AttachmentStore(address)
    const keys = Array.from({ length: 1005 }, () => newBlobKey('default'))
    for (let start = 0; start < keys.length; start += 50)
      await Promise.all(keys.slice(start, start + 50).map(key => store.put(key, randomBytes(1))))

    expect(await keysOf(store)).toEqual(keys.sort())
  })

  test('a start with a bucket that is not there, or a key that may not, ends in a sentence', async () => {
    const { address } = await openBucket()
    const open = (s3: Partial<typeof address>) => openBlobStore({ kind: 's3', s3: { ...address, ...s3 } })

    await expect(open({})).resolves.toBeInstanceOf(S3AttachmentStore)
    await expect(open({ bucket: 'not-there' })).rejects.toThrow(/^BLOB_STORE: there is no bucket “not-there” at http/)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong')
    const refused = open({})
    await expect(refused).rejects.toThrow(StartError)
    await expect(refused).rejects.toThrow(/refuses these credentials/)
  })

  test('a put in parts to a store that has stopped answering ends, and a reading, too', async () => {
    const line = await openLine(s3!.endpoint)
    const { address } = await openBucket()
    const store = new S3AttachmentStore({ ...address, endpoint: line.endpoint })
    await store.check()
    line.freeze()
    const [content, streamed] = [Readable.from(pieces(12)), newBlobKey('default')]

    await expect(store.put(streamed, content)).rejects.toMatchObject({ code: 'EUNAVAILABLE' })
    await expect(store.read(streamed)).rejects.toMatchObject({ code: 'EUNAVAILABLE' })
    line.mend()
    await eventually(() => store.head(streamed).catch(() => 'away')).toBeUndefined()
  })

  test('whoever reads slowly is not cut off: it is not the store that says nothing', async () => {
    const patience = S3_PATIENCE.silentMs
    onTestFinished(() => void (S3_PATIENCE.silentMs = patience))
    S3_PATIENCE.silentMs = 500
    const { address } = await openBucket()
    const store = new S3AttachmentStore(address)
    const key = newBlobKey('default')
    const bytes = randomBytes(8 * 1024 * 1024)
    await store.put(key, bytes)

    const stream = await store.stream(key)
    await pause(4 * S3_PATIENCE.silentMs) // the time is what is looked at
    expect((await buffer(stream)).equals(bytes)).toBe(true)
  })

  test('a body that stops in its middle ends for whoever reads it', async () => {
    const patience = S3_PATIENCE.silentMs
    onTestFinished(() => void (S3_PATIENCE.silentMs = patience))
    S3_PATIENCE.silentMs = 2000
    const line = await openLine(s3!.endpoint)
    const { address } = await openBucket()
    const store = new S3AttachmentStore({ ...address, endpoint: line.endpoint })
    const key = newBlobKey('default')
    await store.put(key, randomBytes(8 * 1024 * 1024))

    const stream = await store.stream(key)
    line.freeze()
    await expect(buffer(stream)).rejects.toThrow()
  })

  test('a store that cannot be reached is told as such, and does not stop the start', async () => {
    const { address } = await openBucket()
    const gone = { ...address, endpoint: 'http://127.0.0.1:9' }
    const store = await openBlobStore({ kind: 's3', s3: gone })

    await expect(store.put(newBlobKey('default'), randomBytes(1))).rejects.toMatchObject({ code: 'EUNAVAILABLE' })
    await expect(store.read(newBlobKey('default'))).rejects.toMatchObject({ code: 'EUNAVAILABLE' })
    await expect(store.check()).rejects.toMatchObject({ code: 'EUNAVAILABLE' })
  })
})
