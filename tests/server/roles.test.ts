import { expect, test } from 'vitest'
import { readApiKeys } from '../../src/server/accounts/apiKeys.ts'
import type { ClientFrame } from '../../src/shared/protocol/frames.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { registeredRoutes, requestFor } from '../helpers/routes.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

const RIA = 'key-of-ria-0000000'
const KEYS = readApiKeys(`${ANN}:acme:ann,${RIA}:acme:ria:reader`, true)

async function open() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: KEYS })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one', title: 'Plans' }))
  const { message } = await (await server.request('/api/sessions/one/messages', form({ content: 'hello' }, [file('a.png', pngBytes())]))).json() as PostedMessage
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('an answer')
  const addressOf = (route: string) => route
    .replace('/attachments/{id}', `/attachments/${message.attachments[0]!.id}`)
    .replace('/sessions/{id}', '/sessions/one')
    .replace('{msgId}', message.id)
  return { server, turns, addressOf }
}

/** What a reader may do besides looking: leave. */
const LEAVING = ['/api/sign-in', '/api/sign-out', '/api/sign-out-everywhere']

test('at every route a reader gets what a member gets where it only looks, and is refused with a reason where it would change something', async () => {
  const { server, addressOf } = await open()
  const tables = () => Promise.all((['sessions', 'messages', 'attachments', 'uploads'] as const).map(table => server.rows(table)))
  await eventually(async () => (await server.rows('messages')).map(({ text }) => text)).toContain('an answer')
  const before = await tables()
  const routes = registeredRoutes(server.app).filter(({ path }) => path.startsWith('/api/') && !LEAVING.includes(path))
  const table = await Promise.all(routes.map(async ({ method, path }) => {
    const init = requestFor(path, method)
    const response = await fetch(server.url + addressOf(path), { ...init, headers: { ...init.headers as object, ...bearer(RIA) } })
    return { route: `${method} ${path}`, isLook: ['GET', 'HEAD'].includes(method), status: response.status, body: await response.text() }
  }))

  expect(table.filter(({ isLook }) => isLook).length).toBeGreaterThan(15)
  expect(table.filter(({ isLook }) => !isLook).length).toBeGreaterThan(8)
  for (const { route, isLook, status, body } of table) {
    if (!isLook)
      expect([status, (JSON.parse(body) as { code: string }).code], route).toEqual([403, 'read_only'])
    else
      expect(status, route).not.toBe(403)
  }
  const looks = registeredRoutes(server.app).filter(({ method, path }) => path.startsWith('/api/') && method === 'GET')
  for (const { path } of looks) {
    const [asReader, asMember] = await Promise.all([RIA, ANN].map(key => fetch(server.url + addressOf(path), { headers: bearer(key) }).then(({ status }) => status)))
    expect(asReader, path).toBe(asMember)
  }
  expect(await tables()).toEqual(before)
  expect(await server.json('/api/me')).toMatchObject({ user: 'ann', role: 'member' })
  expect(await (await server.request('/api/me', { headers: bearer(RIA) })).json()).toMatchObject({ user: 'ria', role: 'reader' })
})

/** The compiler asks for one more where there is a new kind. */
const FRAMES: { [Type in ClientFrame['type']]: { frame: Extract<ClientFrame, { type: Type }>, reader: 'heard' | 'refused' } } = {
  send_message: { frame: { type: 'send_message', message_id: 'm1', session_id: 'one', text: 'mine', images: [], documents: [], media: [] }, reader: 'refused' },
  subscribe: { frame: { type: 'subscribe', session_id: 'one' }, reader: 'heard' },
  stop: { frame: { type: 'stop', session_id: 'one' }, reader: 'refused' },
  answer: { frame: { type: 'answer', session_id: 'one', message_id: 'a1', part_id: 'p1', allow: 'once' }, reader: 'refused' },
  ping: { frame: { type: 'ping' }, reader: 'heard' },
}

test('over a socket a reader follows what is said, and each frame that would change something is refused', async () => {
  const { server, turns } = await open()
  const tab = await server.connect({ headers: bearer(RIA) })

  for (const { frame } of Object.values(FRAMES))
    tab.send(frame)
  await tab.heard('pong')
  turns[0]!.say(', and more')
  await tab.heard('text_delta')
  turns[0]!.finish()
  await tab.heard('message_completed')

  const refused = Object.values(FRAMES).filter(({ reader }) => reader === 'refused').length
  expect(tab.all('error').map(({ problem }) => [problem.status, problem.code])).toEqual(Array.from({ length: refused }, () => [403, 'read_only']))
  const messages = await server.messages('one')
  expect(messages.map(({ status, text }) => [status, text])).toEqual([['complete', 'hello'], ['complete', 'an answer, and more']])
})
