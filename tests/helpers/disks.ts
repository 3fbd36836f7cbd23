import BetterSqlite from 'better-sqlite3'
import { open, type FileHandle } from 'node:fs/promises'
import { expect, onTestFinished, vi } from 'vitest'
import { BlobStoreError, type BlobStore } from '../../src/server/storage/blobs/blobStore.ts'
import { temporaryFolder } from './openServer.ts'
import { mountDisk, unmountDisk } from './realDisk.ts'

const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })

/** What all open files have in common, to see or change what is done to them. */
export async function fileHandles(): Promise<FileHandle> {
  const handle = await open(import.meta.filename)
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}

/** From now on this process can put so many bytes more into files; of what is too much, what fits is written. */
export async function roomForBytes(bytes: number) {
  const prototype = await fileHandles()
  const write = Reflect.get(prototype, 'writeFile') as (this: FileHandle, content: Uint8Array) => Promise<void>
  let room = bytes

  async function writeWhatFits(handle: FileHandle, content: Uint8Array) {
    const fits = content.subarray(0, room)
    room -= fits.length
    await write.call(handle, fits)
    return fits.length
  }

  const spies = [
    vi.spyOn(prototype, 'writeFile').mockImplementation(async function (this: FileHandle, content) {
      const given = content as Uint8Array
      if (await writeWhatFits(this, given) < given.length)
        throw noSpace()
    }),
    // As the system does it: it takes what it can, and fails only where that is nothing.
    vi.spyOn(prototype, 'writev').mockImplementation(async function (this: FileHandle, buffers) {
      const bytesWritten = await writeWhatFits(this, Buffer.concat(buffers as Uint8Array[]))
      if (bytesWritten === 0)
        throw noSpace()
      return { bytesWritten, buffers: [...buffers] }
    }),
  ]
  return () => spies.forEach(spy => spy.mockRestore())
}

/** From now on what was written does not reach the disk any more: file systems that allocate late tell it only then. */
export async function noRoomAtSync() {
  const spy = vi.spyOn(await fileHandles(), 'sync').mockRejectedValue(noSpace())
  return () => spy.mockRestore()
}

/** Keeps hold of the databases that are opened from now on, to let them be full for real. */
export function holdDatabases() {
  const held = new Set<BetterSqlite.Database>()
  const pragma = Reflect.get(BetterSqlite.prototype, 'pragma') as BetterSqlite.Database['pragma']
  const spy = vi.spyOn(BetterSqlite.prototype, 'pragma').mockImplementation(function (this: BetterSqlite.Database, ...args) {
    held.add(this)
    return pragma.apply(this, args)
  })
  onTestFinished(() => spy.mockRestore())
  const writable = () => [...held].filter(({ open, readonly }) => open && !readonly)
  const setPages = (most: (pages: number) => number) => writable().forEach(database =>
    pragma.call(database, `max_page_count = ${most(Number(pragma.call(database, 'page_count', { simple: true })))}`))

  return {
    fill() {
      for (const database of writable())
        database.exec('create table if not exists ballast (bytes blob)')
      setPages(pages => pages)
      for (const database of writable()) {
        const add = database.prepare('insert into ballast values (zeroblob(500))')
        expect(() => Array.from({ length: 1000 }, () => add.run())).toThrow('full')
      }
      return () => setPages(pages => pages + 100_000)
    },
  }
}

/** A store that can be away, as S3 is. */
export function leavingStore(store: BlobStore) {
  let isAway = false
  const blobs = new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? isAway ? () => Promise.reject(new BlobStoreError('EUNAVAILABLE')) : value.bind(target) as unknown : value
    },
  })
  return { blobs, leave: () => { isAway = true }, comeBack: () => { isAway = false } }
}

/** A real disk of so many bytes with nothing on it, or undefined where this user may not make one. */
export async function smallDisk(bytes: number): Promise<string | undefined> {
  const folder = await temporaryFolder()
  if (!await mountDisk(folder, bytes))
    return undefined
  onTestFinished(() => unmountDisk(folder))
  return folder
}
