import type { Page } from '@playwright/test'

export interface DeviceFile {
  id: string
  name: string
  sessionId: string
  /** Of its bytes, read back. */
  sha256: string
}

export interface DeviceMessage {
  id: string
  sessionId: string
  text: string
  mediaIds: string[]
  problem?: string
}

/** What the browser's database holds, bytes as hashes. */
export interface Device {
  drafts: { sessionId: string, text: string, mediaIds: string[], apart: string[] }[]
  files: DeviceFile[]
  /** Ids of the files that have a thumbnail. */
  thumbnails: string[]
  /** In the order in which they were sent. */
  outbox: DeviceMessage[]
}

/**
 * Read in the page, past the app, at one moment. The page must be of the app's origin; the app need not be in it.
 */
export function readDevice(page: Page): Promise<Device> {
  return page.evaluate(async () => {
    const nothing = { drafts: [], files: [], thumbnails: [], outbox: [] }
    // Opening what is not there would make it.
    if (!(await indexedDB.databases()).some(({ name }) => name === 'satchel'))
      return nothing
    const resultOf = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const db = await resultOf(indexedDB.open('satchel'))
    try {
      if (!db.objectStoreNames.contains('outbox'))
        return nothing
      const tx = db.transaction(db.objectStoreNames)
      const entries = async (name: string) => {
        const [keys, values] = await Promise.all([resultOf(tx.objectStore(name).getAllKeys()), resultOf(tx.objectStore(name).getAll())])
        return new Map(keys.map((key, i) => [String(key), values[i]]))
      }
      const [messages, revisions, medias, thumbnails, outbox] = await Promise.all(
        ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails', 'outbox'].map(entries) as
        [Promise<Map<string, { message?: string, mediaIds?: string[] }>>, Promise<Map<string, { apart?: Record<string, string> }>>, ...Promise<Map<string, never>>[]],
      )

      const bytesOf = ({ type, base64 }: { type: string, base64: string }) => type === 'txt'
        ? new TextEncoder().encode(base64)
        : Uint8Array.from(atob(base64), char => char.charCodeAt(0))
      const hash = async (bytes: Uint8Array<ArrayBuffer>) =>
        Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), byte => byte.toString(16).padStart(2, '0')).join('')

      return {
        drafts: [...new Set([...messages.keys(), ...revisions.keys()])].map(sessionId => ({
          sessionId,
          text: messages.get(sessionId)?.message ?? '',
          mediaIds: messages.get(sessionId)?.mediaIds ?? [],
          apart: Object.values(revisions.get(sessionId)?.apart ?? {}),
        })),
        files: await Promise.all(([...medias!.values()] as { id: string, name: string, sessionId: string, type: string, base64: string }[])
          .map(async media => ({ id: media.id, name: media.name, sessionId: media.sessionId, sha256: await hash(bytesOf(media)) }))),
        thumbnails: [...thumbnails!.keys()],
        outbox: ([...outbox!.values()] as (DeviceMessage & { position: number })[]).sort((a, b) => a.position - b.position),
      }
    }
    finally {
      db.close()
    }
  })
}

export const nameOf = ({ files }: Device, id: string): string => files.find(file => file.id === id)?.name ?? `(nothing under ${id})`
