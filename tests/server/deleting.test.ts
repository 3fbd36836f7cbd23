import path from 'node:path'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'

/** Answers only what it is told to stop, when the test lets it: nothing here may wait for its answer. */
function slowToStop() {
  let letStop = () => {}
  const mayStop = new Promise<void>((resolve) => { letStop = resolve })
  const asked: string[] = []
  const left: string[] = []
  const agent: Agent = {
    name: 'slow',
    description: 'A test answers.',
    async* run({ content }, signal) {
      const last = content.at(-1)
      const question = last?.type === 'text' ? last.text : ''
      asked.push(question)
      yield { type: 'delta', text: 'Well' }
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      await mayStop
      left.push(question)
    },
  }
  return { agent, asked, left, letStop }
}

/** A server whose disk takes a picture when the test says so. */
async function open(agent: Agent) {
  const dataFolder = await temporaryFolder()
  const store = await LocalAttachmentStore.open(path.join(dataFolder, 'attachments'))
  let release = () => {}
  const held = new Promise<void>((resolve) => { release = resolve })
  let writing = false
  const put: LocalAttachmentStore['put'] = async (...parameters) => {
    writing = true
    await held
    return store.put(...parameters)
  }
  const blobs = new Proxy(store, {
    get: (target, name) => {
      const value: unknown = name === 'put' ? put : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) as unknown : value
    },
  })
  return { ...await openServer({ agent, dataFolder, blobs }), release, isWriting: () => writing }
}

/** A message that the server is storing, and a deletion of its session that came meanwhile. */
async function deleteWhileAccepting(stops: 'at once' | 'late', { running }: { running: boolean }) {
  const { agent, asked, left, letStop } = slowToStop()
  if (stops === 'at once')
    letStop()
  const server = await open(agent)
  const tab = await server.connect()
  await server.request('/api/sessions', json({ id: 'one' }))
  if (running) {
    await tab.ask({ session_id: 'one', text: 'first' })
    await eventually(() => asked).toEqual(['first'])
  }

  const accepted = tab.say({ session_id: 'one', text: 'second', images: [image(pngBytes())] })
  await eventually(server.isWriting).toBe(true)
  const deleted = server.request('/api/sessions/one', { method: 'DELETE' })
  await server.request('/healthz') // came after it
  server.release()

  expect(await accepted).toMatchObject({ type: 'message_accepted' })
  letStop()
  expect((await deleted).status).toBe(204)
  await tab.heard('session_deleted')
  return { server, tab, asked, left }
}

/** What the server meant to ask before, it has asked by then. */
async function answerElsewhere(server: Awaited<ReturnType<typeof open>>, asked: readonly string[]) {
  const other = await server.connect()
  await other.ask({ session_id: 'other', text: 'elsewhere' })
  await eventually(() => asked).toContain('elsewhere')
}

test.each(['at once', 'late'] as const)('a session that is deleted while a message is being accepted: the agent, which stops %s, is never asked', async (stops) => {
  const { server, asked } = await deleteWhileAccepting(stops, { running: false })

  await answerElsewhere(server, asked)
  expect(asked).toEqual(['elsewhere'])
  expect((await server.rows('messages')).filter(({ session_id }) => session_id === 'one')).toEqual([])
  expect(await server.blobs()).toEqual([])
})

test.each(['at once', 'late'] as const)('nor is it asked behind an answer that it stops %s, and nothing waits for another one', async (stops) => {
  const { server, tab, asked, left } = await deleteWhileAccepting(stops, { running: true })

  await eventually(() => left).toEqual(['first'])
  await answerElsewhere(server, asked)
  expect(asked).toEqual(['first', 'elsewhere'])
  expect((await server.rows('messages')).filter(({ session_id }) => session_id === 'one')).toEqual([])
  expect(tab.all('turn_started')).toHaveLength(1)
  expect(tab.frames.filter(frame => 'session_id' in frame && frame.session_id === 'one').at(-1)).toMatchObject({ type: 'session_deleted' })
})
