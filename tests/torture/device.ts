import type { Page } from '@playwright/test'
import { insertAfter } from '../../src/client/utils/storage/order.ts'

export interface DeviceFile {
  id: string
  name: string
  sessionId: string
  /** Of its bytes, read back. */
  sha256: string
  /** As it was given and not prepared yet: it has its place among the session's files. */
  asGiven?: boolean
}

/** A file that is still to be prepared, and where it will stand. */
interface Given extends DeviceFile {
  before: string[]
  createdAt: number
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
  drafts: { sessionId: string, text: string, mediaIds: string[], conflicting: string[] }[]
  files: DeviceFile[]
  /** Ids of the files that have a thumbnail. */
  thumbnails: string[]
  /** In the order in which they were sent. */
  outbox: DeviceMessage[]
  /** Ids of the answers that were given and are not known to be at the server. */
  given: string[]
}

/**
 * Read in the page, past the app, at one moment. The page must be of the app's origin; the app need not be in it.
 */
export async function readDevice(page: Page): Promise<Device> {
  const { intake, ...device } = await readStores(page)
  const inOrder = [...intake].sort((a, b) => a.createdAt - b.createdAt || a.before.length - b.before.length)
  for (const { before, createdAt: _, ...file } of inOrder) {
    device.files.push(file)
    const draft = device.drafts.find(({ sessionId }) => sessionId === file.sessionId)
    if (draft)
      draft.mediaIds = insertAfter(draft.mediaIds, file.id, before)
    else
      device.drafts.push({ sessionId: file.sessionId, text: '', mediaIds: [file.id], conflicting: [] })
  }
  return device
}

function readStores(page: Page): Promise<Device & { intake: Given[] }> {
  return page.evaluate(async () => {
    const nothing = { drafts: [], files: [], thumbnails: [], outbox: [], given: [], intake: [] }
    // Opening what is not there would make it.
    if (!(await indexedDB.databases()).some(({ name }) => name === 'satchel'))
      return nothing
    const resultOf = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const db = await resultOf(indexedDB.open('satchel'))
    try {
      if (!db.objectStoreNames.contains('intake'))
        return nothing
      const tx = db.transaction(db.objectStoreNames)
      const entries = async (name: string) => {
        const [keys, values] = await Promise.all([resultOf(tx.objectStore(name).getAllKeys()), resultOf(tx.objectStore(name).getAll())])
        return new Map(keys.map((key, i) => [String(key), values[i]]))
      }
      const [messages, revisions, medias, thumbnails, outbox, answers, intake] = await Promise.all(
        ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails', 'outbox', 'answers', 'intake'].map(entries) as
        [Promise<Map<string, { message?: string, mediaIds?: string[] }>>, Promise<Map<string, { conflicting?: Record<string, string> }>>, ...Promise<Map<string, never>>[]],
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
          conflicting: Object.values(revisions.get(sessionId)?.conflicting ?? {}),
        })),
        files: await Promise.all(([...medias!.values()] as { id: string, name: string, sessionId: string, type: string, base64: string }[])
          .map(async media => ({ id: media.id, name: media.name, sessionId: media.sessionId, sha256: await hash(bytesOf(media)) }))),
        thumbnails: [...thumbnails!.keys()],
        outbox: ([...outbox!.values()] as (DeviceMessage & { position: number })[]).sort((a, b) => a.position - b.position),
        intake: await Promise.all(([...intake!.values()] as { id: string, name: string, sessionId: string, before: string[], createdAt: number, file: Blob | ArrayBuffer }[])
          .map(async ({ id, name, sessionId, before, createdAt, file }) => ({ id, name, sessionId, before, createdAt, asGiven: true, sha256: await hash(new Uint8Array(await new Response(file).arrayBuffer())) }))),
        given: ([...answers!.values()] as { id: string, given?: unknown }[]).filter(({ given }) => given).map(({ id }) => id),
      }
    }
    finally {
      db.close()
    }
  })
}

export const nameOf = ({ files }: Device, id: string): string => files.find(file => file.id === id)?.name ?? `(nothing under ${id})`
