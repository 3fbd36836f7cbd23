import Ajv from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import type { PostedMessage, UploadsReply } from '../../src/shared/protocol.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

interface Operation { summary?: string, security?: unknown[], responses: Record<string, { content?: Record<string, { schema: object }> }> }
interface Document { openapi: string, paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, object> } }

async function open() {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  const document = await server.json<Document>('/openapi.json')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })))

  await server.request('/api/sessions', json({ id: 'secret-session', title: 'secret' }))
  const { message } = await (await server.request('/api/sessions/secret-session/messages', form({ content: 'secret' }, [file('secret.png', pngBytes())]))).json() as PostedMessage
  const { uploads: [upload] } = await (await server.request('/api/uploads', form({}, [file('secret.png', pngBytes({ seed: 2 }))]))).json() as UploadsReply
  await eventually(() => server.messages('secret-session')).toMatchObject([{ status: 'complete' }, { status: 'complete' }])

  /** The address of what Ann has. */
  const addressOf = (path: string) => path
    .replace('/attachments/{id}', `/attachments/${message.attachments[0]!.id}`)
    .replace('/sessions/{id}', '/sessions/secret-session')
    .replace('{msgId}', message.id)
  return { server, document, operations, addressOf, message, upload: upload! }
}

const WRONG: Record<string, string>[] = [{}, bearer('wrong-key-000000000'), { cookie: 'satchel_sign_in=guessed' }]

/** What each route would do if it let one. */
function requestFor(path: string, method: string): RequestInit {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE')
    return { method }
  if (path.startsWith('/api/uploads'))
    return form({}, [file('a.png', pngBytes({ seed: 3 }))])
  if (path.endsWith('/messages'))
    return json({ content: 'hi' })
  return json({ title: 'mine', key: 'guessed', expiresIn: 5 }, {}, method)
}

/** As the framework lists them: `├── /api/sessions (GET, HEAD, POST)`, deeper ones further in. */
function registeredRoutes(app: FastifyInstance): string[] {
  const parts: string[] = []
  return app.printRoutes({ commonPrefix: false }).split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^((?:[│ ] {3})*)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? []
    const depth = indent.length / 4
    parts.splice(depth, Infinity, part)
    return methods ? methods.split(', ').map(method => `${method} ${parts.join('').replace(/:(\w+)/g, '{$1}')}`) : []
  })
}

test('every route of the API is described, with its problems and in a sentence', async () => {
  const { server, document, operations } = await open()

  const described = operations.map(({ method, path }) => `${method} ${path}`)
  const registered = registeredRoutes(server.app).filter(route => /^\w+ \/(api\/|healthz|readyz|openapi)/.test(route))
  expect(registered.length).toBeGreaterThan(20)
  expect(registered.filter(route => !described.includes(route) && !described.includes(route.replace('HEAD ', 'GET ')))).toEqual([])
  expect(document.openapi).toBe('3.1.0')
  for (const { path, operation } of operations) {
    expect(operation.summary, path).toEqual(expect.any(String))
    expect(Object.keys(operation.responses), path).toContain('default')
    expect(operation.responses.default!.content, path).toHaveProperty(['application/problem+json'])
  }
})

test('every route answers nobody without a key or with a wrong one, but for the two that are open', async () => {
  const { server, operations, addressOf } = await open()

  const answers = await Promise.all(operations.flatMap(({ path, method }) => WRONG.map(async (wrong) => {
    const init = requestFor(path, method)
    const { status } = await fetch(server.url + addressOf(path), { ...init, headers: { ...init.headers as object, ...wrong } })
    return `${method} ${path} ${status}`
  })))

  expect(answers.length).toBeGreaterThan(50)
  expect(answers.filter(answer => !answer.endsWith(' 401')).sort()).toEqual(Array.from({ length: 3 }, () => 'GET /healthz 200'))
  expect(server.rows('sessions')).toHaveLength(1)
  expect(server.rows('attachments')).toHaveLength(1)
})

test('to another tenant’s key every route answers as if nothing were there', async () => {
  const { server, operations, addressOf, upload } = await open()

  for (const { path, method } of operations) {
    const init = requestFor(path, method)
    const response = await fetch(server.url + addressOf(path), { ...init, headers: { ...init.headers as object, ...bearer(ZOE) } })
    const body = await response.text()
    if (path.includes('{'))
      expect(response.status, `${method} ${path}`).toBe(404)
    expect(body, `${method} ${path}`).not.toContain('secret')
  }
  for (const method of ['GET', 'DELETE'])
    expect((await fetch(server.url + upload.url, { method, headers: bearer(ZOE) })).status).toBe(404)
  expect((await server.request(upload.url)).status).toBe(200)
  expect(server.rows('messages')).toHaveLength(2)
  expect(server.rows('sessions').find(row => row.id === 'secret-session')).toMatchObject({ title: 'secret', tenant_id: 'acme' })
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
