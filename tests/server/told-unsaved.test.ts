import path from 'node:path'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { image } from '../helpers/blocks.ts'
import { holdDatabases, leavingStore, smallDisk } from '../helpers/disks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { fillDisk } from '../helpers/realDisk.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

type Server = Awaited<ReturnType<typeof openServer>>

const sessionOf = async (server: Server) => await (await server.request('/api/sessions/one')).json() as Session
const isUnsaved = async (server: Server) => (await sessionOf(server)).unsaved

test('where there is no room for the first word of an answer, everybody is told at once, who comes later is, too, and it goes on by itself', async ({ skip }) => {
  const disk = await smallDisk(8 * 1024 * 1024)
  if (!disk)
    return skip('this user may not make a disk')
  let leave = () => {}
  const agent: Agent = {
    name: 'slow to leave',
    description: 'A test answers.',
    async* run(_turn, signal) {
      yield { type: 'delta', text: 'Done.' }
      if (leave === started)
        await new Promise<void>((resolve) => { leave = resolve })
      signal.throwIfAborted()
    },
  }
  const started = leave
  const server = await openServer({ agent, dataFolder: disk })
  const [tab, other] = [await server.connect(), await server.connect()]
  await tab.ask({ session_id: 'one', text: 'first' })
  const next = await tab.ask({ session_id: 'one', text: 'second' })
  await eventually(() => leave === started).toBe(false)
  tab.send({ type: 'stop', session_id: 'one' })
  await tab.heard('message_completed')

  const makeRoom = await fillDisk(disk, 8 * 1024 * 1024)
  leave()
  await other.heard('session_updated', ({ session }) => session.unsaved === true)
  expect(await isUnsaved(server)).toBe(true)
  expect(tab.all('turn_started')).toHaveLength(1)

  await makeRoom()
  expect(await tab.answerTo(next)).toMatchObject({ status: 'complete', text: 'Done.' })
  await eventually(() => other.all('session_updated').at(-1)?.session.unsaved).toBe(undefined)
  expect(await isUnsaved(server)).toBe(undefined)
})

/** A turn of a scripted agent that has begun. */
async function begun() {
  const disk = holdDatabases()
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: 'first' })
  await eventually(() => turns.length).toBe(1)
  return { disk, server, tab, asked, turn: turns[0]! }
}

test('where there is no room for what is said in the middle of an answer, that is told, and is over by itself when there is, also where nothing more is said', async () => {
  const { disk, server, tab, asked, turn } = await begun()
  const makeRoom = disk.fill()
  turn.say('Half of it. '.repeat(1000))
  await tab.heard('session_updated', ({ session }) => session.unsaved === true)

  makeRoom()
  await eventually(() => isUnsaved(server)).toBe(undefined)
  turn.finish()
  expect(await tab.answerTo(asked)).toMatchObject({ status: 'complete' })
})

test('where there is no room for what an agent asks, or for the end of its answer, that is told until it is saved', async () => {
  const { disk, server, tab, asked, turn } = await begun()
  const makeRoom = disk.fill()
  const question = { question: 'Which one? '.repeat(1000), header: 'One', options: [], multiSelect: false }
  const asking = turn.ask({ type: 'question', id: 'q1', questions: [question], status: 'waiting', answers: null })
  await tab.heard('session_updated', ({ session }) => session.unsaved === true)
  makeRoom()
  const { message_id } = await tab.heard('part_added', ({ part }) => part.type === 'question')
  await eventually(() => isUnsaved(server)).toBe(undefined)

  tab.send({ type: 'answer', session_id: 'one', message_id, part_id: 'q1', dismiss: true })
  await asking
  const makeRoomAgain = disk.fill()
  turn.say('The end. '.repeat(6000))
  turn.finish()
  await tab.heard('part_added', ({ part }) => part.type === 'notice')
  expect(await isUnsaved(server)).toBe(true)
  makeRoomAgain()
  await tab.answerTo(asked)
  await eventually(() => isUnsaved(server)).toBe(undefined)
})

test('where the store is away when the files of a question are wanted, that is told until it is there again', async () => {
  const dataFolder = await temporaryFolder()
  const { blobs, leave, comeBack } = leavingStore(await openBlobStore({ kind: 'folder', folder: path.join(dataFolder, 'attachments') }))
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, dataFolder, blobs })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'look' })
  await eventually(() => turns.length).toBe(1)
  const next = await tab.ask({ session_id: 'one', text: 'and this', images: [image(pngBytes({ width: 60, height: 60 }))] })

  leave()
  turns[0]!.finish()
  await tab.answerTo(first)
  await tab.heard('session_updated', ({ session }) => session.unsaved === true)

  comeBack()
  await eventually(() => turns.length).toBe(2)
  await eventually(() => isUnsaved(server)).toBe(undefined)
  turns[1]!.finish()
  expect(await tab.answerTo(next)).toMatchObject({ status: 'complete' })
})
