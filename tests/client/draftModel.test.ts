import { IDBFactory } from 'fake-indexeddb'
import fc from 'fast-check'
import { test } from 'vitest'
import { closeDraftStorage, getAllDrafts } from '../../src/client/utils/draftStorage.ts'
import { draftCommands } from './model/draftCommands.ts'
import { emptyModel } from './model/draftModel.ts'

test('whatever two tabs do with drafts and messages, in whatever order: nothing is lost, doubled, misplaced or left lying about', async () => {
  await fc.assert(fc.asyncProperty(draftCommands, async (commands) => {
    await closeDraftStorage()
    globalThis.indexedDB = new IDBFactory()
    await getAllDrafts() // makes the database
    await fc.asyncModelRun(() => ({ model: emptyModel(), real: { bases: new Map(), removed: [], discarded: [], forgotten: [] } }), commands)
  }), { numRuns: 200 })
}, 60_000)
