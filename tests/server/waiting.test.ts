import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import { image, workspaceFile } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import { ANN, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

async function openQueue() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  const [tab, other] = [await server.connect(), await server.connect()]
  other.send({ type: 'subscribe', session_id: 'one' })
  const first = await tab.ask({ session_id: 'one', text: 'first' })
  await eventually(() => turns.length).toBe(1)
  const second = await tab.ask({ session_id: 'one', text: 'second', images: [image(pngBytes()), image(pngBytes({ seed: 2 }))], files: [workspaceFile('a.zip', Buffer.from('zip'))] })
  const third = await tab.ask({ session_id: 'one', text: 'third' })
  const at = (id: string, more = '') => `/api/sessions/one/messages/${id}${more}`
  const call = async (address: string, init: RequestInit) => {
    const response = await server.request(address, init)
    const body = response.status === 204 ? undefined : await response.json() as { message: Message } & Problem
    return { status: response.status, message: body?.message, code: body?.code }
  }
  /** What the agent is asked from here on, turn after turn. */
  async function finishAll(count: number) {
    for (let i = 0; i < count; i++) {
      await eventually(() => turns.length).toBeGreaterThan(i)
      turns[i]!.finish()
    }
    await eventually(async () => (await server.sessions())[0]!.running).toBe(false)
    return turns.map(({ content }) => content.flatMap(block => block.type === 'text' ? [block.text] : [block.type]))
  }
  return { server, turns, tab, other, first, second, third, at, call, finishAll }
}

test('a message that waits can be changed, and the agent gets what it is then; every tab sees it', async () => {
  const { other, second, at, call, finishAll, server } = await openQueue()

  const edited = await call(at(second.id), json({ text: 'better', attachmentIds: [second.attachments[1]!.id] }, {}, 'PATCH'))

  expect(edited).toMatchObject({ status: 200, message: { id: second.id, text: 'better', status: 'accepted', attachments: [{ id: second.attachments[1]!.id }], attachmentUrl: second.attachments[1]!.url } })
  expect((await other.heard('message_updated')).message).toEqual(edited.message)
  expect(await server.blobs()).toHaveLength(1)
  expect((await server.sessions())[0]!.mediaCount).toBe(1)
  expect(await finishAll(3)).toEqual([['first'], [expect.stringMatching(/^Image: /), 'image', 'better'], ['third']])
  expect(await call(at(second.id), json({ text: 'too late' }, {}, 'PATCH'))).toMatchObject({ status: 409, code: 'already_running' })
})

test('its files take the order in which they are named; what would be no message is refused, and it stays as it was', async () => {
  const { server, first, second, at, call, finishAll } = await openQueue()
  const [one, two, zip] = second.attachments.map(({ id }) => id)
  const inOrder = async () => (await server.messages('one')).find(({ id }) => id === second.id)!.attachments.map(({ id }) => id)
  const edit = (body: object) => call(at(second.id), json(body, {}, 'PATCH'))

  expect((await edit({ attachmentIds: [zip, two, one] })).message!.attachments.map(({ id }) => id)).toEqual([zip, two, one])
  for (const [body, status, code] of [
    [{ attachmentIds: [one, first.id] }, 422, 'not_attached'],
    [{ attachmentIds: [one, one] }, 422, 'not_attached'],
    [{ text: ' ', attachmentIds: [] }, 400, 'empty_message'],
    [{ text: 'x'.repeat(LIMITS.messageTextBytes + 1) }, 413, 'text_too_large'],
    [{}, 400, 'invalid_request'],
    [{ text: 'x'.repeat(8 * LIMITS.messageTextBytes) }, 413, 'body_too_large'],
  ] as const)
    expect(await edit(body)).toMatchObject({ status, code })

  expect(await edit({ text: '\n'.repeat(LIMITS.messageTextBytes - 1) + 'x' })).toMatchObject({ status: 200 })
  expect(await edit({ text: 'second' })).toMatchObject({ status: 200 })
  expect(await inOrder()).toEqual([zip, two, one])
  expect((await finishAll(3))[1]).toEqual([expect.stringMatching(/^Image: /), 'image', expect.stringMatching(/^Image: /), 'image', 'file', 'second'])
})

test('a message that waits can be cancelled: it is never asked, and leaves nothing behind', async () => {
  const { server, other, second, third, at, call, finishAll } = await openQueue()

  expect(await call(at(second.id), { method: 'DELETE' })).toMatchObject({ status: 204 })

  expect(await other.heard('message_removed')).toMatchObject({ message_id: second.id })
  expect(await server.blobs()).toEqual([])
  expect(await finishAll(2)).toEqual([['first'], ['third']])
  expect((await server.messages('one')).filter(({ role }) => role === 'user').map(({ text, sequence }) => [text, sequence])).toEqual([['first', 1], ['third', third.sequence]])
  expect(await call(at(second.id), { method: 'DELETE' })).toMatchObject({ status: 404 })
  expect(await call(at(third.id), { method: 'DELETE' })).toMatchObject({ status: 409 })
})

test('a message that waits can be sent now: what runs is stopped, and nothing else is lost', async () => {
  const { tab, first, third, at, call, finishAll } = await openQueue()

  expect(await call(at(third.id, '/steer'), json({ when: 'next' }))).toMatchObject({ status: 409, code: 'cannot_steer' })
  expect(await call(at(third.id, '/steer'), json({ when: 'now' }))).toMatchObject({ status: 202, message: { id: third.id } })

  expect((await tab.answerTo(first)).status).toBe('cancelled')
  const asked = await finishAll(3)
  expect(asked.map(content => content.at(-1))).toEqual(['first', 'third', 'second'])
})

test('editing a message that waits puts the new one in its place, files by reference', async () => {
  const { server, tab, other, second, finishAll } = await openQueue()
  const [picture, , zip] = second.attachments

  const edited = await tab.ask({ session_id: 'one', message_id: 'edited', text: 'instead', replaces: second.id, attachment_ids: [picture!.id, zip!.id] })
  const again = await tab.say({ session_id: 'one', message_id: 'edited', text: 'instead', replaces: second.id, attachment_ids: [picture!.id, zip!.id] })

  expect(edited).toMatchObject({ sequence: second.sequence, branch: { index: 1, count: 1 }, attachments: [{ sha256: picture!.sha256 }, { filename: 'a.zip', mimeType: 'application/zip' }] })
  expect(again).toMatchObject({ type: 'message_accepted', replayed: true, message: { id: edited.id } })
  expect(await other.heard('message_removed')).toMatchObject({ message_id: second.id })
  expect((await server.messages('one')).filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual(['first', 'instead', 'third'])
  await eventually(() => server.blobs()).toHaveLength(2)
  expect((await finishAll(3)).map(content => content.at(-1))).toEqual(['first', 'instead', 'third'])
})

test('an edit at the moment the turn begins is what the agent gets, or is refused: never both', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const outcomes = new Set<number>()
  for (let i = 0; i < 20; i++) {
    const session = `race-${i}`
    await tab.ask({ session_id: session, text: 'first' })
    const waiting = await tab.ask({ session_id: session, text: 'as it was' })
    const mine = () => turns.filter(({ sessionId }) => sessionId === session)
    await eventually(() => mine().length).toBe(1)
    const address = `/api/sessions/${session}/messages/${waiting.id}`
    const editing = i % 2 ? server.request(address, json({ text: 'edited' }, {}, 'PATCH')) : undefined
    mine()[0]!.finish()
    const { status } = await (editing ?? server.request(address, json({ text: 'edited' }, {}, 'PATCH')))
    outcomes.add(status)
    await eventually(() => mine().length).toBe(2)
    const [block] = mine()[1]!.content

    expect([200, 409]).toContain(status)
    expect(block).toEqual({ type: 'text', text: status === 200 ? 'edited' : 'as it was' })
    mine()[1]!.finish()
  }
  expect(outcomes).toContain(200)
})

test('only those whose session it is change what waits in it', async () => {
  const { server, second, at, finishAll } = await openQueue()
  for (const [more, init] of [['', json({ text: 'mine' }, {}, 'PATCH')], ['', { method: 'DELETE' }], ['/steer', json({ when: 'now' })]] as const)
    expect((await fetch(server.url + at(second.id, more), { ...init, headers: { ...init.headers as object, ...bearer(ZOE) } })).status).toBe(404)

  expect((await finishAll(3)).map(content => content.at(-1))).toEqual(['first', 'second', 'third'])
})

test('what waits is not asked while its new version is being stored, nor is anything asked before it', async () => {
  const { agent, turns } = scriptedAgent()
  const folder = await temporaryFolder()
  const blobs = await LocalAttachmentStore.open(folder)
  const put = blobs.put.bind(blobs)
  let store = () => {}
  const stored = new Promise<void>((resolve) => { store = resolve })
  let putting = false
  blobs.put = async (...given) => {
    putting = true
    await stored
    return put(...given)
  }
  const server = await openServer({ agent, blobs })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'first' })
  const second = await tab.ask({ session_id: 'one', text: 'second' })
  await tab.ask({ session_id: 'one', text: 'third' })
  await eventually(() => turns.length).toBe(1)

  const replacing = tab.ask({ session_id: 'one', text: 'instead', replaces: second.id, images: [image(pngBytes())] })
  await eventually(() => putting).toBe(true)
  turns[0]!.finish()
  await tab.answerTo(first)
  await server.json('/healthz')
  expect(turns).toHaveLength(1)
  store()

  const replaced = await replacing
  await eventually(() => turns.length).toBe(2)
  expect(turns[1]!.content.at(-1)).toEqual({ type: 'text', text: 'instead' })
  turns[1]!.finish()
  await tab.answerTo(replaced)
  await eventually(() => turns.length).toBe(3)
  turns[2]!.finish()
})
