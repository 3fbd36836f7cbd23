import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import type { DraftMedia } from './fileUtils.ts'
import { storageScope } from './storageScope.ts'
import type { Thumbnail } from './thumbnail.ts'

export interface DraftMessage {
  message?: string
  title?: string
  /** The draft's medias, in the order in which they were attached. */
  mediaIds?: string[]
}

/** What keeps two tabs from overwriting each other's text, and how old a draft is. */
export interface DraftRevision {
  /** Names the draft's text as it is now: a tab that knows another one does not overwrite it. None before the first text. */
  revision?: string
  /** When its text or files were last changed, in milliseconds since the epoch; earlier versions did not note it. */
  changedAt?: number
  /** Texts that were written on an older revision, by the tab that wrote them, until a person has decided. */
  apart?: Record<string, string>
}

/** A message that was sent, and is not accepted yet. */
export interface OutboxMessage {
  /** The id under which the server will know it, however often it is sent. */
  id: string
  sessionId: string
  projectId: string
  text: string
  /** Its medias, which stay where the draft had them. */
  mediaIds: string[]
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Larger than that of every message before it. */
  position: number
  /** Why it is not sent again by itself, as a sentence; it waits for the person. */
  problem?: string
}

/** Who does something that only one tab may do, where the browser has no Web Locks. */
export interface Lease {
  tab: string
  /** Milliseconds since the epoch: a tab that died does not hold it longer. */
  until: number
}

export interface DraftSession {
  projectId: string
  title?: string
  /** Milliseconds since the epoch. */
  createdAt?: number
}

/** What is needed to show a media without reading its bytes: all of it but the base64, and a small picture. */
export interface DraftThumbnail extends Omit<DraftMedia, 'base64'> {
  thumbnail?: Thumbnail
}

export interface Drafts extends DBSchema {
  draftMessages: { key: string, value: DraftMessage }
  draftSessions: { key: string, value: DraftSession }
  draftMedias: { key: string, value: DraftMedia, indexes: { sessionId: string } }
  draftThumbnails: { key: string, value: DraftThumbnail, indexes: { sessionId: string } }
  draftRevisions: { key: string, value: DraftRevision }
  outbox: { key: string, value: OutboxMessage, indexes: { position: number } }
  leases: { key: string, value: Lease }
}

/** Why the database does not open: another tab is in the way, or this tab is the old one. */
export type StorageObstacle = 'blocked-by-older-tab' | 'newer-version-exists'

const VERSION = 5
const obstacleListeners = new Set<(obstacle: StorageObstacle | undefined) => void>()
let connection: Promise<IDBPDatabase<Drafts>> | undefined

/** Told when an obstacle appears, and with undefined when it is gone. */
export function onStorageObstacle(listener: (obstacle: StorageObstacle | undefined) => void): () => void {
  obstacleListeners.add(listener)
  return () => obstacleListeners.delete(listener)
}

function tell(obstacle: StorageObstacle | undefined) {
  for (const listener of obstacleListeners)
    listener(obstacle)
}

function open(): Promise<IDBPDatabase<Drafts>> {
  return openDB<Drafts>(storageScope(), VERSION, {
    // Each step runs once, in order, for every browser that is behind it. Append; never edit.
    async upgrade(db, from, _to, tx) {
      if (from < 1)
        db.createObjectStore('draftMessages')
      if (from < 2)
        db.createObjectStore('draftSessions')
      if (from < 3)
        db.createObjectStore('draftMedias', { keyPath: 'id' }).createIndex('sessionId', 'sessionId')
      if (from < 4)
        db.createObjectStore('draftThumbnails', { keyPath: 'id' }).createIndex('sessionId', 'sessionId')
      if (from < 5) {
        db.createObjectStore('draftRevisions')
        db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('position', 'position')
        db.createObjectStore('leases')
        await moveSendingToOutbox(tx)
      }
    },
    blocked: () => tell('blocked-by-older-tab'),
    // Another tab carries a newer app: let it upgrade, and reconnect when next asked.
    blocking: () => void closeDraftStorage(),
    terminated: () => { connection = undefined },
  })
}

/** Up to version 4 a draft stayed where it was while it was being sent, marked with the message's id. */
async function moveSendingToOutbox(tx: IDBPTransaction<Drafts, StoreNames<Drafts>[], 'versionchange'>) {
  const messages = tx.objectStore('draftMessages')
  const sessions = tx.objectStore('draftSessions')
  let position = 0
  for (let cursor = await messages.openCursor(); cursor; cursor = await cursor.continue()) {
    const { messageId: id, ...draft } = cursor.value as DraftMessage & { messageId?: string }
    if (!id)
      continue
    const { message: text = '', mediaIds = [], ...rest } = draft
    const sessionId = cursor.key
    const projectId = (await sessions.get(sessionId))?.projectId ?? DEFAULT_PROJECT
    await tx.objectStore('outbox').put({ id, sessionId, projectId, text, mediaIds, createdAt: Date.now(), position: ++position })
    await cursor.update(rest)
  }
}

async function connect(): Promise<IDBPDatabase<Drafts>> {
  const opening = connection ??= open()
  try {
    const db = await opening
    tell(undefined)
    return db
  }
  catch (error) {
    // A failed open is never remembered: the next call tries again.
    if (connection === opening)
      connection = undefined
    if (error instanceof DOMException && error.name === 'VersionError')
      tell('newer-version-exists')
    throw error
  }
}

/** What a transaction touches, and whether it changes anything. `strict`: it is on the disk, not in a cache, when it is complete. */
export interface Scope {
  stores: StoreNames<Drafts>[]
  mode: 'readonly' | 'readwrite'
  durability?: IDBTransactionDurability
}

export type DraftTransaction = IDBPTransaction<Drafts, StoreNames<Drafts>[], 'readwrite'>

/**
 * Runs `work` in one transaction and resolves when that is complete. Whatever goes wrong inside, nothing of it is kept.
 * A connection that the browser closed behind our back shows only when it is used: it is dropped, and the work is done
 * once more on a new one.
 */
export async function transact<T>(scope: Scope, work: (tx: DraftTransaction) => Promise<T>): Promise<T> {
  const db = await connect()
  try {
    return await attempt(db, scope, work)
  }
  catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'InvalidStateError')
      throw error
    await closeDraftStorage()
    return attempt(await connect(), scope, work)
  }
}

async function attempt<T>(db: IDBPDatabase<Drafts>, { stores, mode, durability = 'default' }: Scope, work: (tx: DraftTransaction) => Promise<T>) {
  const tx = db.transaction(stores, mode, { durability }) as DraftTransaction
  try {
    const [result] = await Promise.all([work(tx), tx.done])
    return result
  }
  catch (error) {
    // An operation that failed before it reached the database does not abort the others by itself.
    abort(tx)
    throw error
  }
}

function abort(tx: DraftTransaction) {
  try {
    tx.abort()
  }
  catch {
    // already aborted or complete: the database has decided
  }
}

export async function closeDraftStorage(): Promise<void> {
  const closing = connection
  connection = undefined
  try {
    (await closing)?.close()
  }
  catch {
    // it never opened: there is nothing to close
  }
}

/** Everything that was kept under this name. Whoever has it open, in this tab or another, is asked to let go. */
export function deleteDraftStorage(scope: string): Promise<void> {
  return deleteDB(scope)
}
