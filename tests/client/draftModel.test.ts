import { IDBFactory } from 'fake-indexeddb'
import fc from 'fast-check'
import { test } from 'vitest'
import { closeDraftStorage, getAllDrafts } from '../../src/client/utils/draftStorage.ts'
import { draftCommands } from './model/draftCommands.ts'
import { emptyModel } from './model/draftModel.ts'
import { tabCommands, type Tabs } from './model/tabCommands.ts'
import { openTab } from '../helpers/openTab.ts'

async function newBrowser() {
  await closeDraftStorage()
  globalThis.indexedDB = new IDBFactory()
  await getAllDrafts() // makes the database
}

test('whatever two tabs do with drafts and messages, in whatever order: nothing is lost, doubled, misplaced or left lying about', async () => {
  await fc.assert(fc.asyncProperty(draftCommands, async (commands) => {
    await newBrowser()
    await fc.asyncModelRun(() => ({ model: emptyModel(), real: { bases: new Map(), removed: [], discarded: [], forgotten: [] } }), commands)
  }), { numRuns: 200 })
}, 60_000)

test('two tabs that act at the same moment, whatever they do: both show the same afterwards, and nothing is lost', async () => {
  await fc.assert(fc.asyncProperty(tabCommands, async (commands) => {
    await newBrowser()
    const session = crypto.randomUUID()
    const tabs: Tabs['tabs'] = [await openTab(session), await openTab(session)]
    const real = { session, tabs }
    await fc.asyncModelRun(() => ({ model: { words: [], files: [], count: 0 }, real }), commands)
    real.tabs.forEach(({ close }) => close())
  }), { numRuns: 25 })
}, 120_000)
