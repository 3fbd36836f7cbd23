import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { SIGN_IN_MS } from '../../src/server/accounts/accounts.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Me, MessagesPage, SessionsPage } from '../../src/shared/protocol/rest.ts'
import { image, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ABE, ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const json = (body: unknown, headers = {}): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

const openTeamServer = (agent = instantAgent().agent) => openServer({ agent, apiKeys: TWO_TENANTS })
type TeamServer = Awaited<ReturnType<typeof openTeamServer>>

/** As the browser of somebody who signed in. */
async function signIn(server: TeamServer, key: string) {
  const response = await server.request('/api/sign-in', json({ key }, { origin: server.url }))
  const [cookie] = response.headers.getSetCookie()
  return { response, setCookie: cookie!, headers: { cookie: cookie!.split(';')[0]!, origin: server.url } }
}

test('without a key only the answer that it lives is given', async () => {
  const server = await openTeamServer()

  expect((await server.request('/healthz')).status).toBe(200)
  for (const headers of [{}, bearer('wrong'), { authorization: `Basic ${ANN}` }, { authorization: ANN }, { cookie: 'satchel_sign_in=made-up' }]) {
    const response = await server.request('/api/sessions', { headers: headers as Record<string, string> })
    expect(response.status, JSON.stringify(headers)).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await response.json()).toMatchObject({ code: 'sign_in_required', detail: expect.stringMatching(/Sign in/) })
  }
  expect(await (await server.request('/api/me', { headers: bearer(ANN) })).json()).toMatchObject({ tenant: 'acme', user: 'ann', signedIn: false })
})

test('where there are no accounts, everybody is the same one, and nobody can sign in', async () => {
  const server = await openServer()

  expect(await server.json('/api/me')).toEqual({ id: 'default', tenant: 'default', user: 'default', signedIn: false })
  expect((await server.request('/api/sign-in', json({ key: 'any' }))).status).toBe(404)
})

test('a page that shows the key once gets a cookie that scripts and other sites cannot use, and that is not the key', async () => {
  const server = await openTeamServer()

  const { response, setCookie, headers } = await signIn(server, ANN)

  expect(await response.json()).toMatchObject({ tenant: 'acme', user: 'ann', signedIn: true })
  expect(setCookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(setCookie).not.toContain(ANN)
  expect(JSON.stringify(await server.rows('sign_ins'))).not.toContain(ANN)
  expect(JSON.stringify(await server.rows('sign_ins'))).not.toContain(headers.cookie.split('=')[1])
  expect(await (await server.request('/api/me', { headers })).json()).toMatchObject({ user: 'ann', signedIn: true })
})

test('over https the cookie never travels without it', async () => {
  const server = await openTeamServer()

  const { headers } = await server.request('/api/sign-in', json({ key: ANN }, { 'origin': `https://${new URL(server.url).host}` }))

  expect(headers.getSetCookie()[0]).toMatch(/^__Host-satchel_sign_in=.*; Path=\/; .*Secure/)
  expect(headers.getSetCookie()[0]).not.toContain('Domain')
  const [cookie] = headers.getSetCookie()[0]!.split(';')
  expect((await server.request('/api/me', { headers: { cookie: cookie! } })).status).toBe(200)
})

test('a wrong key signs nobody in, and the answer does not repeat it', async () => {
  const server = await openTeamServer()

  const response = await server.request('/api/sign-in', json({ key: 'guessed-guessed' }))

  expect(response.status).toBe(401)
  expect(response.headers.getSetCookie()).toEqual([])
  expect(await response.text()).not.toContain('guessed')
})

test('what a cookie allows is not allowed to the page of another site, nor to one that does not say which it is', async () => {
  const server = await openTeamServer()
  const { headers: { cookie, origin } } = await signIn(server, ANN)
  const make = (headers: Record<string, string>) => server.request('/api/sessions', json({}, headers)).then(({ status }) => status)

  expect(await make({ cookie, origin })).toBe(201)
  expect(await make({ cookie, origin: 'https://evil.example' })).toBe(403)
  expect(await make({ cookie })).toBe(403)
  await expect(server.connect({ headers: { cookie, origin: 'https://evil.example' } })).rejects.toThrow('403')
  await expect(server.connect({ headers: { cookie } })).rejects.toThrow('403')
  await expect(server.connect({ headers: {} })).rejects.toThrow('401')
  await (await server.connect({ headers: { cookie, origin } })).heard('hello')
  await (await server.connect({ headers: bearer(ANN) })).heard('hello')
})

test('signing out ends it at once, for every connection that is open', async () => {
  const server = await openTeamServer()
  const mine = await signIn(server, ANN)
  const other = await signIn(server, ANN)
  const [tab, elsewhere] = [await server.connect({ headers: mine.headers }), await server.connect({ headers: other.headers })]
  const closed = new Promise<number>(resolve => tab.socket.once('close', resolve))

  const response = await server.request('/api/sign-out', { method: 'POST', headers: mine.headers })

  expect(response.status).toBe(204)
  expect(response.headers.getSetCookie()[0]).toMatch(/^satchel_sign_in=;.*Expires=Thu, 01 Jan 1970/)
  expect(await closed).toBe(4401)
  expect((await server.request('/api/me', { headers: mine.headers })).status).toBe(401)
  expect((await server.request('/api/me', { headers: other.headers })).status).toBe(200)
  elsewhere.send({ type: 'ping' })
  await elsewhere.heard('pong')
})

test('a sign-in is over after thirty days, also for a tab that only listens', async () => {
  const server = await openTeamServer()
  const { headers } = await signIn(server, ANN)
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const tab = await server.connect({ headers })
  await tab.heard('hello')
  const closed = new Promise<number>(resolve => tab.socket.once('close', resolve))
  const pinged = new Promise(resolve => tab.socket.once('ping', resolve))

  vi.setSystemTime(Date.now() + SIGN_IN_MS - 60_000)
  expect((await server.request('/api/me', { headers })).status).toBe(200)
  vi.advanceTimersByTime(30_000)
  await pinged
  vi.advanceTimersByTime(30_000)

  expect(await closed).toBe(4401)
  expect((await server.request('/api/me', { headers })).status).toBe(401)
})

test('a key that is taken back takes with it everybody who signed in with it', async () => {
  const server = await openTeamServer()
  const ann = await signIn(server, ANN)
  const abe = await signIn(server, ABE)
  await server.close()

  const again = await openServer({ dataFolder: server.dataFolder, apiKeys: TWO_TENANTS.filter(({ account }) => account.user !== 'ann') })

  expect((await again.request('/api/me', { headers: ann.headers })).status).toBe(401)
  expect((await again.request('/api/me', { headers: abe.headers })).status).toBe(200)
})

test('one tenant’s people share its sessions; another tenant’s are not there for them, even under the same id', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openTeamServer(agent)
  const [ann, abe, zoe] = await Promise.all([ANN, ABE, ZOE].map(key => server.connect({ headers: bearer(key) }))) as [Tab, Tab, Tab]
  abe.send({ type: 'subscribe', session_id: 'one' })
  zoe.send({ type: 'subscribe', session_id: 'one' })
  zoe.send({ type: 'ping' })
  await zoe.heard('pong')

  const sent = await ann.ask({ session_id: 'one', message_id: 'm1', text: 'of acme', images: [image(pngBytes())] })
  const other = await zoe.ask({ session_id: 'one', message_id: 'm1', text: 'of the zoo', documents: [text('bananas', 'list.txt')] })
  await eventually(() => turns.length).toBe(2) // side by side: they are two sessions
  for (const turn of turns) {
    turn.say(`to ${turn.content.length}`)
    turn.resumable(turn.workspaceFolder)
  }
  expect(turns[0]!.workspaceFolder).not.toBe(turns[1]!.workspaceFolder)
  zoe.send({ type: 'stop', session_id: 'one' })
  expect(await zoe.answerTo(other)).toMatchObject({ status: 'cancelled', text: expect.stringContaining('to 2') })
  turns.find(({ tenant }) => tenant === 'acme')!.finish() // whichever began first
  expect(await abe.answerTo(sent)).toMatchObject({ status: 'complete' })

  const read = async (key: string) => {
    const { messages } = await (await server.request('/api/sessions/one/messages', { headers: bearer(key) })).json() as MessagesPage
    return messages.map(message => message.text)
  }
  expect((await read(ANN))[0]).toBe('of acme')
  expect(await read(ABE)).toEqual(await read(ANN))
  expect((await read(ZOE))[0]).toBe('of the zoo')
  expect(zoe.frames.filter(frame => 'message' in frame && frame.message.text.includes('acme'))).toEqual([])
  expect(ann.frames.filter(frame => 'message' in frame && frame.message.text.includes('zoo'))).toEqual([])
  expect(zoe.all('session_updated').every(({ session }) => session.title === 'of the zoo')).toBe(true)
  expect((await server.rows('messages')).filter(row => row.role === 'user').map(row => [row.tenant_id, row.user_id])).toEqual([['acme', 'ann'], ['zoo', 'zoe']])

  await server.request('/api/sessions/one', { method: 'DELETE', headers: bearer(ZOE) })
  await zoe.heard('session_deleted')
  expect((await read(ANN))[0]).toBe('of acme')
  expect(ann.all('session_deleted')).toEqual([])
  expect(await readdir(path.join(server.dataFolder, 'tenants', 'acme', 'workspaces', 'one', 'attachments'))).toEqual(['image-1.png'])
})

type Tab = Awaited<ReturnType<TeamServer['connect']>>

test('another tenant’s attachments are not there', async () => {
  const server = await openTeamServer()
  const ann = await server.connect({ headers: bearer(ANN) })
  const { attachments: [shot] } = await ann.ask({ session_id: 'one', images: [image(pngBytes())] })

  const statuses = async (headers: Record<string, string>) => [
    (await server.request(shot!.url, { headers })).status,
    (await server.request(shot!.url, { headers: { ...headers, 'if-none-match': `"${shot!.sha256}"` } })).status,
  ]

  expect(await statuses(bearer(ABE))).toEqual([200, 304])
  expect(await statuses(bearer(ZOE))).toEqual([404, 404])
  expect(await statuses({})).toEqual([401, 401])
})

test('what a browser keeps for one account is kept under a name that no other account has', async () => {
  const server = await openTeamServer()
  const ids = await Promise.all([ANN, ABE, ZOE].map(async key => (await (await server.request('/api/me', { headers: bearer(key) })).json() as Me).id))

  expect(new Set([...ids, 'default']).size).toBe(4)
  for (const id of ids)
    expect(id).toMatch(/^[\da-f]{20}$/)
})

test('what was there before there were keys is the default tenant’s', async () => {
  const before = await openServer({ agent: instantAgent().agent })
  const tab = await before.connect()
  await tab.answerTo(await tab.ask({ session_id: 'old', text: 'from before' }))
  await before.close()
  const keys = [{ ...TWO_TENANTS[0]!, account: { tenant: 'default', user: 'ann' } }, TWO_TENANTS[2]!]

  const server = await openServer({ dataFolder: before.dataFolder, apiKeys: keys })
  const sessions = async (key: string) => (await (await server.request('/api/sessions', { headers: bearer(key) })).json() as SessionsPage).sessions

  expect(await sessions(ANN)).toMatchObject([{ id: 'old' }])
  expect(await sessions(ZOE)).toEqual([])
})

test('with keys the server answers under any name, and still refuses other sites', async () => {
  const server = await openTeamServer()
  const request = (headers: Record<string, string>) => server.app.inject({ method: 'POST', url: '/api/sessions', payload: {}, headers: { ...bearer(ANN), ...headers } })

  expect((await request({ host: 'satchel.example' })).statusCode).toBe(201)
  expect((await request({ host: 'satchel.example', origin: 'https://satchel.example' })).statusCode).toBe(201)
  expect((await request({ host: 'satchel.example', origin: 'https://evil.example' })).statusCode).toBe(403)
})

test('what waited when the server stopped is answered in its own tenant', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openTeamServer(agent)
  for (const key of [ANN, ZOE]) {
    const tab = await server.connect({ headers: bearer(key) })
    await tab.ask({ session_id: 'one', text: 'first' })
    await tab.heard('turn_started')
    await tab.ask({ session_id: 'one', text: 'second' })
  }
  await eventually(() => turns.length).toBe(2)
  await server.close()

  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder, apiKeys: TWO_TENANTS })
  const answers = async (key: string) => (await (await again.request('/api/sessions/one/messages', { headers: bearer(key) })).json() as MessagesPage)
    .messages.map(({ role, status, sequence }: Message) => `${sequence} ${role} ${status}`)

  for (const key of [ANN, ZOE])
    await eventually(() => answers(key)).toEqual(['1 user failed', '2 assistant failed', '3 user complete', '4 assistant complete'])
})

test('whether the server is ready is told to whoever watches it, without a key', async () => {
  const server = await openTeamServer()
  expect(await (await server.request('/readyz')).json()).toEqual({ status: 'ready', store: 'ready' })
})
