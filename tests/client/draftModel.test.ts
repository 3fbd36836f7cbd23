import { IDBFactory } from 'fake-indexeddb'
import fc from 'fast-check'
import { test } from 'vitest'
import { closeDraftStorage } from '../../src/client/utils/storage/draftDatabase.ts'
import { getAllDrafts } from '../../src/client/utils/storage/textStorage.ts'
import { openTab } from '../helpers/openTab.ts'
import { draftCommands } from './model/draftCommands.ts'
import { emptyModel } from './model/draftModel.ts'
import { tabCommands, type Tabs } from './model/tabCommands.ts'

// The same seed each time, so that what it says of a change is about the change; RUNS=2000 SEED=7 looks further.
const SEED = Number(process.env.SEED ?? 1)
const runs = (usual: number) => ({ seed: SEED, numRuns: Number(process.env.RUNS ?? usual) })
const PATIENCE = 600_000

async function newBrowser() {
  await closeDraftStorage()
  globalThis.indexedDB = new IDBFactory()
  await getAllDrafts() // makes the database
}

test('whatever two tabs do with drafts and messages, in whatever order: nothing is lost, doubled, misplaced or left lying about', async () => {
  await fc.assert(fc.asyncProperty(draftCommands, async (commands) => {
    await newBrowser()
    await fc.asyncModelRun(() => ({ model: emptyModel(), real: { bases: new Map(), removed: [], discarded: [], forgotten: [] } }), commands)
  }), runs(200))
}, PATIENCE)

test('two tabs that act at the same moment, whatever they do: both show the same afterwards, and nothing is lost', async () => {
  await fc.assert(fc.asyncProperty(tabCommands, async (commands) => {
    await newBrowser()
    const session = crypto.randomUUID()
    const tabs: Tabs['tabs'] = [await openTab(session), await openTab(session)]
    const real = { session, tabs }
    await fc.asyncModelRun(() => ({ model: { words: [], files: [], count: 0 }, real }), commands)
    real.tabs.forEach(({ close }) => close())
  }), runs(25))
}, PATIENCE)
