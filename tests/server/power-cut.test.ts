import path from 'node:path'
import { expect, test } from 'vitest'
import { pngBytes } from '../helpers/images.ts'
import { eventually } from '../helpers/eventually.ts'
import { readRows } from '../helpers/databases.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { startServer } from '../helpers/serverProcess.ts'

const DYING = path.resolve(import.meta.dirname, '../helpers/dyingServer.ts')
const MESSAGES = '/api/sessions/one/messages'
const files = [file('a.png', pngBytes({ seed: 1 }), 'image/png'), file('b.png', pngBytes({ seed: 2 }), 'image/png')]
const message = () => form({ content: 'keep me' }, files, { 'idempotency-key': 'k1' })

/** In the order in which they are reached; whether the message is there afterwards. */
const STEPS: [string, boolean][] = [
  ['before file 1', false],
  ['after file 1', false],
  ['after file 2', false],
  ['before the message’s row', false],
  ['before the attachments’ rows', false],
  ['before the rows are committed', false],
  ['after the rows', true],
  ['before the agent', true],
  ['in the answer', true],
]

test.each(STEPS)('when the power goes %s, nothing is half there, and the same message sent again is there once', async (step, isKept) => {
  const dataFolder = await temporaryFolder()
  const dying = await startServer({ DATA_DIR: dataFolder, STEP: step }, DYING)
  await fetch(`${dying.url}/api/sessions`, json({ id: 'one' }))

  await Promise.race([fetch(dying.url + MESSAGES, message()).catch(() => undefined), dying.exited])
  expect(await dying.exited).toMatchObject({ signal: 'SIGKILL' })

  const kept = (await readRows(dataFolder, 'messages')).filter(row => row.role === 'user')
  expect(kept).toHaveLength(isKept ? 1 : 0)
  expect(await readRows(dataFolder, 'attachments')).toHaveLength(isKept ? 2 : 0)

  const { agent, turns } = instantAgent()
  const server = await openServer({ dataFolder, agent })
  const again = await server.request(MESSAGES, message())
  expect(again.status).toBe(202)
  await eventually(() => server.messages('one').then(messages => messages.map(({ role, status }) => `${role} ${status}`)))
    .toEqual(step === 'before the agent' || step === 'in the answer' ? ['user failed', 'assistant failed'] : ['user complete', 'assistant complete'])

  expect(turns.length).toBeLessThanOrEqual(1)
  const [sent] = await server.messages('one')
  expect(sent!.attachments.map(({ filename }) => filename)).toEqual(['a.png', 'b.png'])
  for (const [i, { url }] of sent!.attachments.entries())
    expect(Buffer.compare(Buffer.from(await (await server.request(url)).arrayBuffer()), files[i]!.bytes)).toBe(0)
  expect((await server.rows('messages')).map(row => row.sequence)).toEqual([1, 2])
})
