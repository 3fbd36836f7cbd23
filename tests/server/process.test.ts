import { chmod, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { image } from '../helpers/blocks.ts'
import { connect } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { readRows } from '../helpers/databases.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { spawnServer, startServer } from '../helpers/serverProcess.ts'
import { storedBlobs } from '../helpers/storedBlobs.ts'

async function messagesOf(url: string, sessionId: string): Promise<Message[]> {
  const response = await fetch(`${url}/api/sessions/${sessionId}/messages?limit=100`)
  return response.ok ? (await response.json() as MessagesPage).messages : []
}

const LONG = 'word '.repeat(2000) // the loopback agent answers it for a second or two

describe('the server as a process', () => {
  test('says where it is and who answers', async () => {
    const server = await startServer({ DATA_DIR: await temporaryFolder() })

    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(server.output()).toContain('not Claude')
    expect(server.output()).toContain('ANTHROPIC_API_KEY')
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' })
  })

  test('killed right after it accepted, it still has the message and its file, and answers after the next start', async () => {
    const dataFolder = await temporaryFolder()
    const first = await startServer({ DATA_DIR: dataFolder })
    const tab = await connect(first.url)
    const shot = pngBytes({ width: 60, height: 60 })
    await tab.ask({ session_id: 'busy', text: LONG })
    const sent = await tab.ask({ session_id: 'busy', message_id: 'm1', text: 'keep me', images: [image(shot)] })
    await first.kill('SIGKILL')

    const second = await startServer({ DATA_DIR: dataFolder })
    await eventually(() => messagesOf(second.url, 'busy')).toMatchObject([
      { role: 'user', text: LONG, status: 'complete', sequence: 1 },
      expect.anything(),
      expect.anything(),
      { role: 'assistant', replyTo: sent.id, status: 'complete', sequence: 4, text: expect.stringContaining('keep me') },
    ])
    const cutOff = (await messagesOf(second.url, 'busy')).find(({ role, sequence }) => role === 'assistant' && sequence < 4)
    expect(cutOff).toMatchObject({ status: 'complete', text: expect.stringContaining(LONG.slice(-100).trim()) })
    const stored = await fetch(second.url + sent.attachments[0]!.url)
    expect(Buffer.compare(Buffer.from(await stored.arrayBuffer()), shot)).toBe(0)

    const again = await (await connect(second.url)).say({ session_id: 'busy', message_id: 'm1', text: 'keep me', images: [image(shot)] })
    expect(again).toMatchObject({ type: 'message_accepted', replayed: true, message: { id: sent.id } })
  })

  test('killed right after it told what the agent was given of a file, it still tells that after the next start', async () => {
    const dataFolder = await temporaryFolder()
    const first = await startServer({ DATA_DIR: dataFolder })
    const tab = await connect(first.url)
    const asked = await tab.ask({ session_id: 'one', text: 'look', images: [image(pngBytes())] })
    const told = await tab.heard('message_updated', ({ message }) => message.id === asked.id && message.attachments[0]?.receipt?.identical === true)
    await first.kill('SIGKILL')

    const second = await startServer({ DATA_DIR: dataFolder })
    expect((await messagesOf(second.url, 'one'))[0]).toMatchObject({ id: asked.id, attachments: [{ receipt: told.message.attachments[0]!.receipt }] })
  })

  test('killed at any moment while twenty people write, it keeps all that it accepted, once, whole and without gaps', async () => {
    const dataFolder = await temporaryFolder()
    const accepted = new Set<string>()
    for (const moment of [5, 40, 90]) {
      const server = await startServer({ DATA_DIR: dataFolder })
      const tabs = await Promise.all(Array.from({ length: 20 }, () => connect(server.url)))
      for (const [number, tab] of tabs.entries()) {
        tab.socket.on('error', () => {}) // it is about to be cut off
        for (let i = 0; i < 6; i++)
          tab.send({ type: 'send_message', session_id: `s${number % 4}`, message_id: `m-${moment}-${number}-${i}`, text: `message ${i}`, images: [image(pngBytes({ width: 60, height: 60, seed: 20 * i + number }))], documents: [] })
      }
      const told = () => tabs.flatMap(tab => tab.all('message_accepted').map(({ message_id }) => message_id))
      await eventually(() => told().length, { interval: 1 }).toBeGreaterThanOrEqual(moment)
      await server.kill('SIGKILL')
      told().forEach(id => accepted.add(id))
    }

    const server = await startServer({ DATA_DIR: dataFolder })
    const rows = await readRows(dataFolder, 'messages')
    const users = rows.filter(row => row.role === 'user')
    const attachments = await readRows(dataFolder, 'attachments')
    const blobs = await storedBlobs(dataFolder)
    await server.kill('SIGKILL')

    const stored = users.map(row => row.client_message_id)
    expect([...accepted].filter(id => !stored.includes(id))).toEqual([])
    expect(stored).toHaveLength(new Set(stored).size)
    for (const session of new Set(rows.map(row => row.session_id))) {
      const sequences = rows.flatMap(row => row.session_id === session ? [row.sequence as number] : [])
      expect(sequences.sort((a, b) => a - b)).toEqual(sequences.map((_, i) => i + 1))
    }
    expect(attachments).toHaveLength(users.length)
    expect(blobs.filter(name => name.startsWith('.unfinished'))).toEqual([])
    for (const row of attachments)
      expect(blobs).toContain(row.storage_path)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it in good order: what was said is kept, tabs are told, the code is 0', async (signal) => {
    const dataFolder = await temporaryFolder()
    const server = await startServer({ DATA_DIR: dataFolder })
    const tab = await connect(server.url)
    await tab.ask({ session_id: 'one', text: LONG })
    await tab.heard('text_delta')
    const closed = new Promise<number>(resolve => tab.socket.once('close', resolve))

    expect(await server.kill(signal)).toEqual({ code: 0, signal: null })

    expect(await closed).toBe(1001)
    // The turn goes on after the next start: nobody is told that it ended.
    expect(tab.all('message_completed')).toEqual([])
    expect(await readRows(dataFolder, 'messages')).toMatchObject([{ status: 'running' }, { status: 'running', text: expect.stringMatching(/^This is/) }])
  })

  test('what it writes is for nobody else\'s eyes, also in a folder that others may look into', async () => {
    const dataFolder = await temporaryFolder()
    await chmod(dataFolder, 0o755)
    await startServer({ DATA_DIR: dataFolder })

    const modes = await Promise.all((await readdir(dataFolder)).map(async name => [name, (await stat(path.join(dataFolder, name))).mode & 0o077]))
    expect(modes.filter(([, mode]) => mode !== 0)).toEqual([])
  })

  test('a port that is taken is told in one sentence', async () => {
    const first = await startServer({ DATA_DIR: await temporaryFolder() })
    const { port } = new URL(first.url)

    const second = spawnServer({ DATA_DIR: await temporaryFolder(), PORT: port })

    expect(await second.exited).toMatchObject({ code: 1 })
    expect(second.output()).toBe(`Port ${port} is already in use. Stop what runs there, or set PORT to another one.\n`)
  })

  test('a setting that cannot be is told in one sentence', async () => {
    const server = spawnServer({ DATA_DIR: await temporaryFolder(), HOST: '0.0.0.0' })

    expect(await server.exited).toMatchObject({ code: 1 })
    expect(server.output()).toMatch(/^HOST is 0\.0\.0\.0, which other machines could reach\. [^\n]+\n$/)
  })

  test('a folder that another server uses is told in one sentence', async () => {
    const dataFolder = await temporaryFolder()
    await startServer({ DATA_DIR: dataFolder })

    const second = spawnServer({ DATA_DIR: dataFolder })

    expect(await second.exited).toMatchObject({ code: 1 })
    expect(second.output()).toMatch(/^Another Satchel is already running on this data folder\./)
  })
})
