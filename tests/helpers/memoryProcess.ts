import path from 'node:path'
import { openDatabase } from '../../src/server/storage/database/database.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { createSaving } from '../../src/server/queues/saving.ts'
import { openAgentMemory } from '../../src/server/storage/memory/agentMemory.ts'

/** What an agent remembers of a session in a data folder. Also run as a process of its own, which prints one record as JSON. */
export async function openMemory(dataFolder: string, session = { tenant: 'default', id: 'one' }) {
  const database = await openDatabase(path.join(dataFolder, 'satchel.sqlite'))
  const blobs = await openBlobStore({ kind: 'folder', folder: path.join(dataFolder, 'attachments') })
  return { memory: openAgentMemory({ database, blobs, saving: createSaving(() => {}) }, session), close: () => database.destroy() }
}

const { MEMORY_OF, RECORD } = process.env
if (MEMORY_OF !== undefined && RECORD !== undefined) {
  const { memory, close } = await openMemory(MEMORY_OF)
  process.stdout.write(JSON.stringify(await memory.load({ sessionId: RECORD })), () => void close())
}
