import { openDB } from 'idb'
import { expect } from 'vitest'
import type { DraftMedia } from '../../../src/client/utils/files/fileUtils.ts'
import type { DraftMessage, DraftRevision, OutboxMessage } from '../../../src/client/utils/storage/draftSchema.ts'

/** What lies in the database, read past the app. */
export async function readDevice() {
  const db = await openDB('satchel')
  try {
    const tx = db.transaction([...db.objectStoreNames])
    const all = async <Value>(name: string) => {
      const [keys, values] = await Promise.all([tx.objectStore(name).getAllKeys(), tx.objectStore(name).getAll()])
      return new Map(keys.map((key, i) => [String(key), values[i] as Value]))
    }
    const [messages, revisions, medias, thumbnails, outbox] = await Promise.all([
      all<DraftMessage>('draftMessages'), all<DraftRevision>('draftRevisions'), all<DraftMedia>('draftMedias'),
      all<{ id: string }>('draftThumbnails'), all<OutboxMessage>('outbox'),
    ])
    return { messages, revisions, medias, thumbnails, outbox: [...outbox.values()].sort((a, b) => a.position - b.position) }
  }
  finally {
    db.close()
  }
}

export type Device = Awaited<ReturnType<typeof readDevice>>

/** Nothing refers to what is not there, nothing is referred to twice, nothing lies about, and the order of the outbox is certain. */
export function expectSound({ messages, medias, thumbnails, outbox }: Device): void {
  const owners = [
    ...[...messages].map(([sessionId, { mediaIds = [] }]) => ({ sessionId, mediaIds })),
    ...outbox,
  ]
  const referred = owners.flatMap(({ mediaIds }) => mediaIds)
  expect(new Set(referred).size, 'files referred to twice').toBe(referred.length)
  expect([...medias.keys()].sort(), 'files, and what refers to them').toEqual([...referred].sort())
  expect([...thumbnails.keys()].sort(), 'thumbnails, and what refers to them').toEqual([...referred].sort())
  for (const { sessionId, mediaIds } of owners)
    expect(mediaIds.map(id => medias.get(id)!.sessionId), 'sessions of files').toEqual(mediaIds.map(() => sessionId))
  expect(new Set(outbox.map(({ position }) => position)).size, 'places in the outbox').toBe(outbox.length)
}
