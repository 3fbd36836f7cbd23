import { createHash, randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { newBlobKey, type BlobStore } from '../../src/server/storage/blobs/blobStore.ts'

const MiB = 1024 * 1024
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const future = () => Date.now() + 60 * 60 * 1000 // the store's clock may be another one

export interface OpenedStore {
  store: BlobStore
  /** The same bytes through another server's eyes: after a restart, or on another machine. */
  again: () => Promise<BlobStore>
}

export async function keysOf(store: BlobStore, putBefore = future()) {
  const keys: string[] = []
  for await (const key of store.listOlderThan(putBefore))
    keys.push(key)
  return keys.sort()
}

/** Bytes in small pieces, and in the end an error if the test wants one. */
function pieces(bytes: Uint8Array, error?: Error) {
  return Readable.from((async function* () {
    for (let start = 0; start < bytes.length; start += 64 * 1024)
      yield bytes.subarray(start, start + 64 * 1024)
    if (error)
      throw error
  })(), { objectMode: false })
}

/** What every store promises, whatever it is made of. Each test gets an empty one. */
export function storeContract(name: string, open: () => Promise<OpenedStore>) {
  describe(name, () => {
    test('bytes come back as they were put, also to another server', async () => {
      const { store, again } = await open()
      const bytes = randomBytes(100_000)
      const key = newBlobKey('default')

      await store.put(key, bytes)

      expect(await store.read(key)).toEqual(bytes)
      expect(await buffer(await store.stream(key))).toEqual(bytes)
      expect(await (await again()).read(key)).toEqual(bytes)
    })

    test.each([['nothing', 0], ['one byte', 1], ['a little', 70_000], ['exactly one part', 5 * MiB], ['ten megabytes', 10 * MiB], ['more than two parts', 11 * MiB + 1]])('a stream of %s is stored whole', async (_, length) => {
      const { store } = await open()
      const bytes = randomBytes(length)
      const key = newBlobKey('default')

      await store.put(key, pieces(bytes))

      expect(await store.head(key)).toMatchObject({ size: length })
      expect(sha256(await store.read(key))).toBe(sha256(bytes))
    })

    test('a part of the bytes is read without the rest', async () => {
      const { store } = await open()
      const bytes = randomBytes(300_000)
      const key = newBlobKey('default')
      await store.put(key, bytes)

      for (const [start, end] of [[0, 0], [0, 99], [65_530, 65_545], [299_999, 299_999], [0, 299_999]] as const)
        expect(await buffer(await store.stream(key, { start, end })), `${start}-${end}`).toEqual(bytes.subarray(start, end + 1))
    })

    test('a reader who leaves in the middle disturbs nobody', async () => {
      const { store } = await open()
      const bytes = randomBytes(3 * MiB)
      const key = newBlobKey('default')
      await store.put(key, bytes)

      for (let i = 0; i < 5; i++) {
        for await (const chunk of await store.stream(key)) {
          expect(chunk.length).toBeGreaterThan(0)
          break
        }
      }
      expect(sha256(await store.read(key))).toBe(sha256(bytes))
    })

    test('it knows how much there is, and since when', async () => {
      const { store } = await open()
      const key = newBlobKey('default')
      await store.put(key, randomBytes(1234))

      const facts = await store.head(key)

      expect(facts?.size).toBe(1234)
      expect(Math.abs(facts!.putAt - Date.now())).toBeLessThan(60_000)
    })

    test('what is not there is missing, and deleting it is no error', async () => {
      const { store } = await open()
      const key = newBlobKey('default')

      expect(await store.head(key)).toBeUndefined()
      await expect(store.read(key)).rejects.toMatchObject({ code: 'ENOENT' })
      await expect(store.stream(key)).rejects.toMatchObject({ code: 'ENOENT' })
      await store.delete(key)
    })

    test('what was deleted is gone, and nothing else is', async () => {
      const { store } = await open()
      const [gone, kept] = [newBlobKey('default'), newBlobKey('default')]
      await store.put(gone, randomBytes(10))
      await store.put(kept, randomBytes(10))

      await store.delete(gone)

      expect(await store.head(gone)).toBeUndefined()
      expect(await keysOf(store)).toEqual([kept])
    })

    test.each([['a little', 10_000], ['several parts', 12 * MiB]])('a stream that fails after %s leaves nothing, and says why', async (_, length) => {
      const { store } = await open()
      const key = newBlobKey('default')

      await expect(store.put(key, pieces(randomBytes(length), new Error('the line is dead')))).rejects.toThrow('the line is dead')

      expect(await store.head(key)).toBeUndefined()
      expect(await keysOf(store)).toEqual([])
    })

    test.each([['a little', 10_000], ['several parts', 12 * MiB]])('a put that is given up after %s leaves nothing', async (_, length) => {
      const { store } = await open()
      const key = newBlobKey('default')
      const abort = new AbortController()
      const stream = new PassThrough() // a connection that went quiet
      const putting = store.put(key, stream, { signal: abort.signal })
      stream.write(randomBytes(length))
      await expect.poll(() => stream.readableLength).toBe(0)

      abort.abort()

      await expect(putting).rejects.toMatchObject({ name: 'AbortError' })
      expect(stream.destroyed).toBe(true)
      expect(await store.head(key)).toBeUndefined()
      expect(await keysOf(store)).toEqual([])
    })

    test('a put that was given up before it began does nothing', async () => {
      const { store } = await open()
      const signal = AbortSignal.abort()

      await expect(store.put(newBlobKey('default'), randomBytes(10), { signal })).rejects.toMatchObject({ name: 'AbortError' })
      await expect(store.put(newBlobKey('default'), pieces(randomBytes(10)), { signal })).rejects.toMatchObject({ name: 'AbortError' })

      expect(await keysOf(store)).toEqual([])
    })

    test('until a stream has ended there is nothing to be seen', async () => {
      const { store } = await open()
      const key = newBlobKey('default')
      let end = () => {}
      const rest = new Promise<void>((resolve) => { end = resolve })
      const putting = store.put(key, Readable.from((async function* () {
        yield randomBytes(6 * MiB)
        await rest
        yield randomBytes(1)
      })(), { objectMode: false }))

      expect(await store.head(key)).toBeUndefined()
      expect(await keysOf(store)).toEqual([])
      end()
      await putting
      expect(await store.head(key)).toMatchObject({ size: 6 * MiB + 1 })
    })

    test('everything is listed, of all tenants, and only what is older than asked', async () => {
      const { store } = await open()
      const keys = ['default', 'default', 'acme', 'Acme', 'a/../b', '..', 'Ünïcödé', ''].map(newBlobKey)
      for (const key of keys)
        await store.put(key, randomBytes(1))
      await store.put('3f0e6f4e-flat-key-of-an-earlier-version', randomBytes(1))

      expect(await keysOf(store)).toEqual([...keys, '3f0e6f4e-flat-key-of-an-earlier-version'].sort())
      expect(await keysOf(store, Date.now() - 60 * 60 * 1000)).toEqual([])
    })

    test('tenants whose names differ in capitals only have different places', () => {
      const [one, other] = [newBlobKey('Acme'), newBlobKey('acme')].map(key => key.split('/')[0]!.toLowerCase())
      expect(one).not.toBe(other)
    })

    test.each(['../outside', 'a/b/c', '/etc/passwd', '.unfinished/x', '', 'a\0b', 'a/..'])('%j is no key', async (key) => {
      const { store } = await open()

      await expect(store.put(key, randomBytes(1))).rejects.toThrow('not a key')
      await expect(store.read(key)).rejects.toThrow('not a key')
      await expect(store.delete(key)).rejects.toThrow('not a key')
    })

    test('twenty puts side by side all arrive', async () => {
      const { store } = await open()
      const bytes = Array.from({ length: 20 }, () => randomBytes(50_000))
      const keys = bytes.map(() => newBlobKey('default'))

      await Promise.all(keys.map((key, i) => store.put(key, i % 2 ? bytes[i]! : pieces(bytes[i]!))))

      expect(await Promise.all(keys.map(key => store.read(key)))).toEqual(bytes)
    })

    test('whose it is, is nobody\'s at first, known to every server once it is claimed, and no file of it', async () => {
      const { store, again } = await open()
      const key = newBlobKey('default')
      await store.put(key, randomBytes(10))
      expect(await store.owner()).toBeUndefined()

      await store.claim('the-identity-of-a-database')

      expect(await (await again()).owner()).toBe('the-identity-of-a-database')
      expect(await keysOf(store)).toEqual([key])
    })

    test('a store in order says so', async () => {
      const { store } = await open()
      await store.check()
    })
  })
}
