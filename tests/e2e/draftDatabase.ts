import type { Page } from '@playwright/test'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import type { DraftMessage, DraftSession, OutboxMessage } from '../../src/client/utils/storage/draftSchema.ts'

/** What lies in the browser's database, bytes left out. */
export interface Drafts {
  messages: Record<string, DraftMessage>
  sessions: Record<string, DraftSession>
  medias: Pick<DraftMedia, 'id' | 'sessionId' | 'name'>[]
  /** Ids of the medias that have a thumbnail. */
  thumbnails: string[]
  /** In the order in which they were sent. */
  outbox: OutboxMessage[]
  /** How much is to be deleted on the server yet. */
  deletions: number
}

/** Read in the page, past the app: what it says it saved is there or not. */
export async function readDrafts(page: Page): Promise<Drafts> {
  return page.evaluate(async () => {
    const resultOf = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const db = await resultOf(indexedDB.open('satchel'))
    const tx = db.transaction(db.objectStoreNames)
    const entries = async (name: string) => {
      const [keys, values] = await Promise.all([resultOf(tx.objectStore(name).getAllKeys()), resultOf(tx.objectStore(name).getAll())])
      return Object.fromEntries(keys.map((key, i) => [String(key), values[i]]))
    }
    try {
      const [messages, sessions, medias, thumbnails, outbox, leases] = await Promise.all([
        entries('draftMessages'), entries('draftSessions'), entries('draftMedias'), entries('draftThumbnails'), entries('outbox'), entries('leases'),
      ])
      return {
        messages,
        sessions,
        medias: Object.values(medias).map(({ id, sessionId, name }) => ({ id, sessionId, name })),
        thumbnails: Object.keys(thumbnails),
        deletions: Object.values(leases).filter(({ deletion }) => deletion).length,
        outbox: Object.values(outbox).sort((a, b) => a.position - b.position),
      }
    }
    finally {
      db.close()
    }
  })
}

/** The text of one session's draft, as it lies on the device. */
export const savedText = async (page: Page, session: string): Promise<string | undefined> =>
  (await readDrafts(page)).messages[session]?.message

/** Damages a saved file behind the app's back: other bytes under the same name and type. */
export async function replaceBytes(page: Page, name: string, base64: string): Promise<void> {
  await page.evaluate(([name, base64]) => new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('satchel')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const db = opening.result
      const tx = db.transaction('draftMedias', 'readwrite')
      const store = tx.objectStore('draftMedias')
      const reading: IDBRequest<DraftMedia[]> = store.getAll()
      reading.onsuccess = () => reading.result
        .filter(media => media.name === name)
        .forEach(media => store.put({ ...media, base64 }))
      tx.onabort = () => reject(tx.error)
      tx.oncomplete = () => {
        db.close()
        resolve()
      }
    }
  }), [name, base64] as const)
}

/** An object store of an old version, and what lies in it, by key. */
export interface OldStore {
  name: string
  keyPath?: string
  index?: string
  entries: [key: string, value: unknown][]
}

/** Makes a database as an older version of the app left it. The page must be of the app's origin, without the app in it. */
export async function makeDatabase(page: Page, version: number, stores: OldStore[]): Promise<void> {
  await page.evaluate(([version, stores]) => new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('satchel', version)
    opening.onerror = () => reject(opening.error)
    opening.onupgradeneeded = () => {
      for (const { name, keyPath, index, entries } of stores) {
        const store = opening.result.createObjectStore(name, keyPath ? { keyPath } : {})
        if (index)
          store.createIndex(index, index)
        for (const [key, value] of entries)
          store.put(value, keyPath ? undefined : key)
      }
    }
    opening.onsuccess = () => {
      opening.result.close()
      resolve()
    }
  }), [version, stores] as const)
}

/** How no file looks is known on the device any more. */
export async function forgetThumbnails(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('satchel')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const tx = opening.result.transaction('draftThumbnails', 'readwrite')
      tx.objectStore('draftThumbnails').clear()
      tx.onabort = () => reject(tx.error)
      tx.oncomplete = () => {
        opening.result.close()
        resolve()
      }
    }
  }))
}
