import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { MemoryEntry } from '../../src/server/agents/agent.ts'
import { openMemory } from '../helpers/memoryProcess.ts'
import { openServer } from '../helpers/openServer.ts'

const HELPER = path.resolve(import.meta.dirname, '../helpers/memoryProcess.ts')

/** The memory of a session in a data folder that a server has made. */
async function openSessionMemory() {
  const server = await openServer()
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))
  const { memory, close } = await openMemory(server.dataFolder)
  onTestFinished(close)
  return { memory, dataFolder: server.dataFolder }
}

/** As another process reads it. */
async function loadElsewhere(dataFolder: string, record: string): Promise<MemoryEntry[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', HELPER], {
    env: { ...process.env, MEMORY_OF: dataFolder, RECORD: record }, maxBuffer: 256 * 1024 * 1024,
  })
  return JSON.parse(stdout) as MemoryEntry[]
}

const picture = (bytes: Buffer) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') } })

test('what an agent puts into its memory comes back deep-equal in another process, images of 5 MB included', async () => {
  const { memory, dataFolder } = await openSessionMemory()
  const large = randomBytes(5 * 1024 * 1024)
  const entries: MemoryEntry[] = [
    { type: 'user', uuid: randomUUID(), message: { role: 'user', content: [{ type: 'text', text: 'grüße \u0000 \u202E 🎒 \ud800' }, picture(large), picture(large)] } },
    { type: 'assistant', uuid: randomUUID(), nested: [[{ deep: [picture(randomBytes(40_000))], nothing: null, number: 1e-7, yes: true }]], empty: {}, '': [] },
    { type: 'attachment', text: 'A'.repeat(100_000), almost: `${'QUJD'.repeat(20_000)}=`, spaced: `${'QUJD'.repeat(20_000)}\n` },
    { type: 'queue-operation', operation: 'enqueue' },
  ]

  await memory.append({ sessionId: 'record' }, entries.slice(0, 2))
  await memory.append({ sessionId: 'record' }, entries.slice(2))

  expect(await memory.load({ sessionId: 'record' })).toEqual(entries)
  expect(await loadElsewhere(dataFolder, 'record')).toEqual(entries)
})

test('an entry that comes again replaces the one of its name, and keeps its place', async () => {
  const { memory } = await openSessionMemory()
  const [first, second] = [randomUUID(), randomUUID()]
  await memory.append({ sessionId: 'record' }, [{ type: 'a', uuid: first, said: 'half' }, { type: 'b', uuid: second }])

  await memory.append({ sessionId: 'record' }, [{ type: 'a', uuid: first, said: 'whole' }])

  expect(await memory.load({ sessionId: 'record' })).toEqual([{ type: 'a', uuid: first, said: 'whole' }, { type: 'b', uuid: second }])
})

test('the records below one are listed, and go with it; another one stays', async () => {
  const { memory } = await openSessionMemory()
  await memory.append({ sessionId: 'record' }, [{ type: 'a' }])
  await memory.append({ sessionId: 'record', subpath: 'subagents/one' }, [{ type: 'b' }])
  await memory.append({ sessionId: 'other' }, [{ type: 'c' }])
  expect(await memory.listSubkeys({ sessionId: 'record' })).toEqual(['subagents/one'])

  await memory.delete({ sessionId: 'record' })

  expect(await memory.load({ sessionId: 'record' })).toBeNull()
  expect(await memory.load({ sessionId: 'record', subpath: 'subagents/one' })).toBeNull()
  expect(await memory.load({ sessionId: 'other' })).toEqual([{ type: 'c' }])
})
