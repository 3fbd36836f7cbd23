import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv/dist/2020.js'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ClientFrame } from '../../src/shared/protocol/frames.ts'
import type { PostedMessage, UploadsReply } from '../../src/shared/protocol/rest.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { registeredRoutes, requestFor } from '../helpers/routes.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

type Content = Record<string, { schema: object }>
interface Operation { summary?: string, parameters?: { in: string, name: string }[], requestBody?: { content: Content }, responses: Record<string, { content?: Content }> }
interface Document { openapi: string, paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, object> } }

async function open() {
  const clientFolder = await temporaryFolder()
  await writeFile(path.join(clientFolder, 'index.html'), 'the app')
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, clientFolder })
  server.as(ANN)
  const document = await server.json<Document>('/openapi.json')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })))

  await server.request('/api/sessions', json({ id: 'secret-session', title: 'secret' }))
  const { message } = await (await server.request('/api/sessions/secret-session/messages', form({ content: 'secret' }, [file('secret.png', pngBytes())]))).json() as PostedMessage
  const { uploads: [upload] } = await (await server.request('/api/uploads', form({}, [file('secret.png', pngBytes({ seed: 2 }))]))).json() as UploadsReply
  await eventually(() => server.messages('secret-session')).toMatchObject([{ status: 'complete' }, { status: 'complete' }])

  /** The address of what Ann has. */
  const addressOf = (route: string) => route
    .replace('/attachments/{id}', `/attachments/${message.attachments[0]!.id}`)
    .replace('/sessions/{id}', '/sessions/secret-session')
    .replace('{msgId}', message.id)
  return { server, document, operations, addressOf, message, upload: upload! }
}

/** What the server has besides the API: the app's one page under all its addresses, its files, and the socket. */
const PAGES = ['/', '/session/{id}', '/drafts', '/settings', '/sign-in', '/*', '/shared/{token}', '/shared/{token}/files/{fileId}']
const SOCKET = '/ws'
/** Answered to anybody; signing in is what one does without a key. */
const OPEN = ['/healthz', '/readyz', '/api/sign-in', ...PAGES]

const WRONG: Record<string, string>[] = [{}, bearer('wrong-key-000000000'), { cookie: 'satchel_sign_in=guessed' }]

const CHANGES = ['POST', 'PUT', 'PATCH', 'DELETE']

test('every route of the API is described, with what it takes, what it gives and its problems', async () => {
  const { server, document, operations } = await open()

  const described = operations.map(({ method, path }) => `${method} ${path}`)
  const undescribed = registeredRoutes(server.app)
    .filter(({ path }) => path !== SOCKET && !PAGES.includes(path))
    .map(({ method, path }) => `${method} ${path}`)
    .filter(route => !described.includes(route) && !described.includes(route.replace('HEAD ', 'GET ')))
  expect(described.length).toBeGreaterThan(20)
  expect(undescribed).toEqual([])
  expect(document.openapi).toBe('3.1.0')
  for (const { path, method, operation } of operations) {
    const name = `${method} ${path}`
    const { summary, parameters = [], requestBody, responses } = operation
    expect(summary, name).toEqual(expect.any(String))
    expect(responses.default!.content, name).toHaveProperty(['application/problem+json'])
    expect(parameters.filter(each => each.in === 'path').map(each => `{${each.name}}`), name).toEqual(path.match(/\{\w+\}/g) ?? [])
    expect(requestBody !== undefined, name).toBe(['POST', 'PATCH'].includes(method) && !/\/(?:sign-out|sign-out-everywhere|retry|stop)$/.test(path))
    const bodies = [requestBody?.content, ...Object.entries(responses).filter(([status]) => /^20[0-36]$/.test(status)).map(([, { content }]) => content)]
    for (const content of bodies.filter(body => body !== undefined))
      expect(Object.values(content).map(({ schema }) => Object.keys(schema).length > 0), name).not.toContain(false)
    for (const status of ['204', '304'].filter(empty => empty in responses))
      expect(responses[status], name).not.toHaveProperty('content')
  }
})

test('the description is valid OpenAPI', async () => {
  const { document } = await open()

  expect(await new Validator().validate({ ...document })).toEqual({ valid: true })
})

test('every route answers nobody without a key or with a wrong one, but for those that are open', async () => {
  const { server, addressOf } = await open()
  const routes = registeredRoutes(server.app)

  const answers = await Promise.all(routes.flatMap(({ path, method }) => WRONG.map(async (wrong) => {
    const init = requestFor(path, method)
    const { status } = await fetch(server.url + addressOf(path), { ...init, headers: { ...init.headers as object, ...wrong } })
    return { path, method, status }
  })))

  expect(answers.length).toBeGreaterThan(80)
  expect(answers.filter(({ path, status }) => status !== 401 && !OPEN.includes(path))).toEqual([])
  expect(answers.filter(({ path, status }) => path === '/api/sign-in' && status !== 401)).toEqual([]) // by its own judgement
  expect(await server.rows('sessions')).toHaveLength(1)
  expect(await server.rows('attachments')).toHaveLength(1)
})

test('with somebody’s cookie another site’s page can change nothing, at no route', async () => {
  const { server, addressOf } = await open()
  const signedIn = await fetch(`${server.url}/api/sign-in`, json({ key: ANN }, { origin: server.url }))
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  const tables = () => Promise.all((['sessions', 'messages', 'attachments', 'uploads', 'sign_ins'] as const).map(table => server.rows(table)))
  const before = await tables()

  const changing = registeredRoutes(server.app).filter(({ method }) => CHANGES.includes(method))
  expect(changing.length).toBeGreaterThan(8)
  for (const { path, method } of changing) {
    for (const origin of [{ origin: 'https://evil.example' }, { origin: 'null' }, path === '/api/sign-in' ? undefined : {}]) {
      const init = requestFor(path, method)
      const response = origin && await fetch(server.url + addressOf(path), { ...init, headers: { ...init.headers as object, cookie, ...origin } as Record<string, string> })
      expect([response?.status ?? 403, response?.headers.get('access-control-allow-origin') ?? null], `${method} ${path} ${JSON.stringify(origin)}`).toEqual([403, null])
    }
  }
  expect(await tables()).toEqual(before)
  expect((await fetch(`${server.url}/api/me`, { headers: { cookie } })).status).toBe(200)
})

test('to another tenant’s key every route answers as if nothing were there', async () => {
  const { server, addressOf, upload } = await open()

  for (const { path, method } of registeredRoutes(server.app)) {
    const init = requestFor(path, method)
    const response = await fetch(server.url + addressOf(path), { ...init, headers: { ...init.headers as object, ...bearer(ZOE) } })
    const body = await response.text()
    if (path.includes('{') && !PAGES.includes(path))
      expect(response.status, `${method} ${path}`).toBe(404)
    expect(body, `${method} ${path}`).not.toContain('secret')
  }
  for (const method of ['GET', 'DELETE'])
    expect((await fetch(server.url + upload.url, { method, headers: bearer(ZOE) })).status).toBe(404)
  expect((await server.request(upload.url)).status).toBe(200)
  expect(await server.rows('messages')).toHaveLength(2)
  expect((await server.rows('sessions')).find(row => row.id === 'secret-session')).toMatchObject({ title: 'secret', tenant_id: 'acme' })
})

/** One of every kind of frame, about what Ann has: the compiler asks for one more where there is a new kind. */
const FRAMES: { [Type in ClientFrame['type']]: Extract<ClientFrame, { type: Type }> } = {
  send_message: { type: 'send_message', message_id: 'm1', session_id: 'one', text: 'of the zoo', images: [], documents: [], media: [] },
  subscribe: { type: 'subscribe', session_id: 'one', after_event_id: 0 },
  stop: { type: 'stop', session_id: 'one' },
  answer: { type: 'answer', session_id: 'one', message_id: 'a1', part_id: 'text', allow: 'once' },
  ping: { type: 'ping' },
}

test('nobody without a key, or with a wrong one, gets a socket', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS })

  for (const headers of [...WRONG, { authorization: ANN }, { authorization: `Basic ${ANN}` }, { authorization: 'Bearer ' }])
    await expect(server.connect({ headers }), JSON.stringify(headers)).rejects.toThrow('401')
  expect(server.app.websocketServer.clients.size).toBe(0)
})

test('whatever frame another tenant sends, it learns nothing and changes nothing', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: TWO_TENANTS })
  const ann = await server.connect({ headers: bearer(ANN) })
  const sent = await ann.ask({ session_id: 'one', message_id: 'm1', text: 'a secret of acme', images: [image(pngBytes())] })
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('a secret answer')
  const { event_id } = await ann.heard('text_delta')
  const zoe = await server.connect({ headers: bearer(ZOE) })

  for (const frame of [FRAMES.subscribe, { ...FRAMES.subscribe, after_event_id: event_id - 1 }, { ...FRAMES.subscribe, after_event_id: undefined }, FRAMES.stop, FRAMES.answer])
    zoe.send(frame)
  const own = await zoe.ask(FRAMES.send_message)
  zoe.send(FRAMES.stop)
  zoe.send(FRAMES.ping)
  await zoe.heard('pong')
  turns[0]!.say(', whole')
  turns[0]!.finish()
  const answer = await ann.answerTo(sent)
  zoe.send({ ...FRAMES.subscribe, after_event_id: event_id - 1 })
  zoe.send(FRAMES.ping)
  await eventually(() => zoe.all('pong').length).toBe(2)

  expect(answer).toMatchObject({ status: 'complete', text: 'a secret answer, whole' })
  expect(own).toMatchObject({ text: 'of the zoo', sequence: 1 })
  expect(JSON.stringify(zoe.frames)).not.toContain('secret')
  expect(JSON.stringify(zoe.frames)).not.toContain(sent.id)
  expect(JSON.stringify(ann.frames)).not.toContain('zoo')
})

test('what really comes is what the document says', async () => {
  const { server, document, operations, addressOf } = await open()
  const ajv = new Ajv({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  const seen: string[] = []

  // Deleting comes last.
  for (const { path, method, operation } of operations.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))) {
    const response = await server.request(addressOf(path), requestFor(path, method))
    const type = response.headers.get('content-type')?.split(';')[0] ?? ''
    const declared = operation.responses[response.status] ?? operation.responses.default!
    expect(operation.responses[response.status] !== undefined || response.status >= 400, `${method} ${path} ${response.status}`).toBe(true)
    if (!/json$/.test(type) || method === 'HEAD')
      continue
    expect(Object.keys(declared.content ?? {}), `${method} ${path} ${response.status}`).toContain(type)
    const place = `#/paths/${path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method.toLowerCase()}/responses/${operation.responses[response.status] ? response.status : 'default'}/content/${type.replace('/', '~1')}/schema`
    const validate = ajv.compile({ $ref: `document${place}` })
    expect(validate(await response.json()), `${method} ${path}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    seen.push(`${method} ${path} ${response.status}`)
  }
  expect(seen.filter(each => /20\d$/.test(each)).length).toBeGreaterThan(12)
})
