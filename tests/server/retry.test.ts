import { expect, test } from 'vitest'
import type { Message } from '../../src/shared/protocol/message.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

async function openFailed() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: 'hi', images: [image(pngBytes())] })
  await eventually(() => turns.length).toBe(1)
  turns[0]!.fail(new Error('no'))
  const answer = await tab.answerTo(asked)
  expect(answer.status).toBe('failed')
  const retry = (id: string, headers = bearer(ANN)) => server.request(`/api/sessions/one/messages/${id}/retry`, { method: 'POST', headers })
  return { server, tab, turns, asked, answer, retry }
}

test.each(['asked', 'answer'] as const)('what the agent could not answer is asked again, whole, by the id of the %s', async (which) => {
  const failed = await openFailed()
  const { server, tab, turns, asked, retry } = failed

  const response = await retry(failed[which].id)

  expect([response.status, (await response.json() as { message: Message }).message]).toMatchObject([202, { id: asked.id, status: 'accepted' }])
  expect(await tab.heard('message_updated')).toMatchObject({ message: { id: asked.id, status: 'accepted' } })
  await eventually(() => turns.length).toBe(2)
  expect(turns[1]!.content).toEqual(turns[0]!.content)
  expect((await server.sessions())[0]!.mediaCount).toBe(1)
  turns[1]!.say('now I can')
  turns[1]!.finish()
  await eventually(async () => (await server.messages('one')).map(({ role, status, text }) => [role, status, text]))
    .toEqual([['user', 'complete', 'hi'], ['assistant', 'failed', ''], ['assistant', 'complete', 'now I can']])
})

test('what failed is asked again once, and only by those whose it is', async () => {
  const { server, turns, asked, retry } = await openFailed()
  expect((await retry('nothing')).status).toBe(404)
  expect((await retry(asked.id, bearer(ZOE))).status).toBe(404)

  const both = await Promise.all([retry(asked.id), retry(asked.id)])

  expect(both.map(({ status }) => status).sort()).toEqual([202, 409])
  await eventually(() => turns.length).toBe(2)
  turns[1]!.finish()
  await eventually(async () => (await server.messages('one')).map(({ status }) => status)).toEqual(['complete', 'failed', 'complete'])
  expect(turns).toHaveLength(2)
})
