import { expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

test('an answer that takes too long is ended with what was said, says why, and holds nobody up', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, serverLimits: { turnMs: 400 } })
  await server.request('/api/sessions', json({ id: 'one' }))
  await server.request('/api/sessions/one/messages', json({ content: 'first' }))
  await server.request('/api/sessions/one/messages', json({ content: 'second' }))
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('half of it')

  await eventually(() => turns.length).toBe(2)
  turns[1]!.say('whole')
  turns[1]!.finish()

  await eventually(() => server.messages('one').then(messages => messages.filter(({ role }) => role === 'assistant').map(({ status, text }) => [status, text])))
    .toEqual([['failed', 'half of it'], ['complete', 'whole']])
  const [answer] = (await server.messages('one')).filter(({ role }) => role === 'assistant')
  expect(answer!.problem).toMatchObject({ code: 'turn_too_long', detail: expect.stringMatching(/took longer.*What was said is kept/) as string })
})
