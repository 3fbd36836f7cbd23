import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'

test('a script finds what was said, page by page', async () => {
  const server = await openServer()
  const satchel = createSatchelClient({ baseUrl: server.url })
  const { id } = await satchel.createSession({ title: 'Birds' })
  await satchel.sendMessage(id, 'Which kestrel is it?')

  await eventually(async () => (await satchel.search('kestrel', { limit: 1 })).hits).toMatchObject([{ kind: 'message', sessionId: id, sessionTitle: 'Birds' }])
  const first = await satchel.search('kestrel', { limit: 1 })
  if (first.nextCursor !== null)
    expect((await satchel.search('kestrel', { cursor: first.nextCursor })).hits.every(({ messageId }) => messageId !== first.hits[0]!.messageId)).toBe(true)
})

test('a script takes a whole conversation away', async () => {
  const server = await openServer()
  const satchel = createSatchelClient({ baseUrl: server.url })
  const { id } = await satchel.createSession({ title: 'Birds' })
  await satchel.sendMessage(id, 'Which kestrel is it?')

  const { messages } = await (await satchel.exportSession(id, 'json')).json() as { messages: { text: string }[] }
  expect(messages[0]).toMatchObject({ text: 'Which kestrel is it?' })
  expect(Buffer.from(await (await satchel.exportSession(id)).arrayBuffer()).subarray(0, 2).toString()).toBe('PK')
})

test('a script makes a link for people outside, and takes it back', async () => {
  const server = await openServer()
  const satchel = createSatchelClient({ baseUrl: server.url })
  const { id } = await satchel.createSession({ title: 'Birds' })
  const { link, url } = await satchel.shareSession(id, { days: 1 })

  expect(await (await fetch(url)).text()).toContain('Birds')
  expect(await satchel.listSharedLinks(id)).toEqual([link])
  await satchel.revokeSharedLink(id, link.id)
  expect((await fetch(url)).status).toBe(404)
})
