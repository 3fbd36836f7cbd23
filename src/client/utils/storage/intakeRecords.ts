import { markOf } from './deviceMark.ts'
import type { MediaEntry } from './draftStorage.ts'
import type { DraftTransaction } from './draftSchema.ts'
import { insertAfter } from './order.ts'

/* Files as they were given, inside a transaction that somebody else has begun. */

/** A file as it was given: safe before anything is done to it. Gone when its media is written, or when it is refused. */
export interface IntakeFile {
  /** The media's id to be. */
  id: string
  sessionId: string
  name: string
  /** The bytes, where an engine refuses Blobs. */
  file: Blob | ArrayBuffer
  /** As it is claimed. */
  mediaType: string
  /** Ids that stand before it in the draft. */
  before: string[]
  /** A person has given it its place since: what else is said to stand before it does not count. */
  isPlaced?: boolean
  /** Milliseconds since the epoch. */
  createdAt: number
  /** As it is, for the agent's workspace only. */
  intoFolder?: boolean
  /** What was given in one step is prepared by one tab; named by the file's id, unless. */
  batch?: string
  /** How often its preparation was begun anew. */
  tries?: number
}

/** Names what a file was given with. */
export const batchOf = ({ id, batch = id }: Pick<IntakeFile, 'id' | 'batch'>): string => batch

/** In the order in which they were given. */
export async function intakeOf(tx: DraftTransaction, sessionId: string): Promise<IntakeFile[]> {
  return (await tx.objectStore('intake').index('sessionId').getAll(sessionId)).sort(byPlace)
}

/** Those that stand before others come first. */
export const byPlace = (a: Pick<IntakeFile, 'before' | 'createdAt'>, b: Pick<IntakeFile, 'before' | 'createdAt'>): number =>
  a.createdAt - b.createdAt || a.before.length - b.before.length

/** A draft's files in their order, with those that are still to become its. */
export const withIntake = (ids: readonly string[], intake: readonly IntakeFile[]): string[] =>
  intake.reduce((all, { id, before }) => insertAfter(all, id, before), [...ids])

export async function putIntake(tx: DraftTransaction, files: readonly IntakeFile[]): Promise<void> {
  await Promise.all(files.map(async file => tx.objectStore('intake').put(file)))
}

/** @returns them */
export async function takeIntake<File extends Pick<IntakeFile, 'id'>>(tx: DraftTransaction, files: readonly File[]): Promise<File[]> {
  await Promise.all(files.map(({ id }) => tx.objectStore('intake').delete(id)))
  return [...files]
}

/**
 * Of files about to be saved, those that are still to be a draft's, for the draft whose they are now.
 * @returns `wanted`, and the ids of those that another tab has taken out meanwhile
 */
export async function stillWanted(tx: DraftTransaction, entries: readonly MediaEntry[]): Promise<{ wanted: MediaEntry[], left: string[] }> {
  const wanted: MediaEntry[] = []
  const left: string[] = []
  // Where the browser has emptied the database meanwhile, nobody has taken them out.
  const mark = entries.some(({ intake }) => intake) ? await markOf(tx) : undefined
  const states = await Promise.all(entries.map(entry => entry.intake === mark && mark ? stateOf(tx, entry.media.id) : undefined))
  entries.forEach((entry, i) => {
    const state = states[i]
    if (state === undefined || typeof state === 'object')
      wanted.push(state ? of(entry, state) : entry)
    else if (state === 'removed')
      left.push(entry.media.id)
  })
  return { wanted, left }
}

/** The file, or what has become of it. */
async function stateOf(tx: DraftTransaction, id: string): Promise<IntakeFile | 'ready' | 'removed'> {
  const [file, media] = await Promise.all([tx.objectStore('intake').get(id), tx.objectStore('draftMedias').getKey(id)])
  return file ?? (media === undefined ? 'removed' : 'ready')
}

const of = (entry: MediaEntry, { sessionId, before, isPlaced }: IntakeFile): MediaEntry => ({
  ...entry,
  before: isPlaced ? before : entry.before,
  media: { ...entry.media, sessionId },
  thumbnail: entry.thumbnail && { ...entry.thumbnail, sessionId },
})
