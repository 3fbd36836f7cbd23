import { expect, test } from 'vitest'
import { holdDatabases } from '../helpers/disks.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

const TEXT = 'A finished answer. '.repeat(6000)

/** Two questions of one session: the first is being answered, the next one waits. */
async function askTwice() {
  const disk = holdDatabases()
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: 'first' })
  const next = await tab.ask({ session_id: 'one', text: 'second' })
  await eventually(() => turns.length).toBe(1)
  return { disk, turns, server, tab, asked, next }
}

test('an answer that ends while the disk is full is kept and tried again: the person is told, the order holds, nothing needs a restart', async () => {
  const { disk, turns, server, tab, asked, next } = await askTwice()

  const makeRoom = disk.fill()
  turns[0]!.say(TEXT)
  turns[0]!.finish()
  await tab.heard('part_added', ({ part }) => part.type === 'notice' && part.code === 'not_saved_yet')
  expect(turns, 'what waits does not overtake').toHaveLength(1)
  const kept = (await server.messages('one')).find(({ role }) => role === 'assistant')
  expect([kept?.status, kept?.text === TEXT]).toEqual(['running', true])

  makeRoom()
  const answer = await tab.answerTo(asked)
  expect([answer.status, answer.text === TEXT, answer.parts.map(({ type }) => type)]).toEqual(['complete', true, ['text']])
  await eventually(() => turns.length).toBe(2)
  turns[1]!.say('Done.')
  turns[1]!.finish()
  expect(await tab.answerTo(next)).toMatchObject({ status: 'complete', text: 'Done.' })
  expect((await server.messages('one')).map(({ status }) => status)).toEqual(Array(4).fill('complete'))
})

test('a turn that waits behind one that cannot be saved begins when there is room, in its order', async () => {
  const { disk, turns, tab, asked, next } = await askTwice()
  turns[0]!.finish()
  await tab.answerTo(asked)
  await eventually(() => turns.length).toBe(2)
  const third = await tab.ask({ session_id: 'one', text: 'third' })

  const makeRoom = disk.fill()
  turns[1]!.say(TEXT)
  turns[1]!.finish()
  await tab.heard('part_added', ({ part }) => part.type === 'notice')
  makeRoom()

  await tab.answerTo(next)
  await eventually(() => turns.length).toBe(3)
  turns[2]!.finish()
  expect(await tab.answerTo(third)).toMatchObject({ status: 'complete' })
})

test('a hundred answers at once are all complete', async () => {
  let begun = 0
  const agent = {
    name: 'talker',
    description: 'A test answers.',
    async* run() {
      begun++
      for (let i = 0; i < 10; i++) {
        yield { type: 'delta' as const, text: `word ${i} ` }
        await eventually(() => begun).toBe(100)
      }
    },
  }
  const server = await openServer({ agent })
  const tab = await server.connect()
  const asked = await Promise.all(Array.from({ length: 100 }, (_, i) => tab.ask({ session_id: `s${i}`, text: 'go' })))
  const answers = await Promise.all(asked.map(message => tab.answerTo(message)))
  expect(new Set(answers.map(({ text, status }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]!.text).toContain('word 9')
})
