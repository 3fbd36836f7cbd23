import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readApiKeys } from '../../src/server/accounts/apiKeys.ts'
import { openAuditLog } from '../../src/server/audit/auditLog.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const read = async (folder: string) => (await readFile(path.join(folder, 'audit.log'), 'utf8')).trim().split('\n')

test('who signed in, was refused, deleted something or made a link is written down, and no key, content or name of a file', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  const signedIn = await server.request('/api/sign-in', json({ key: ANN }, { origin: server.url }))
  const headers = { cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]!, origin: server.url }
  await server.request('/api/sign-in', json({ key: 'a-guessed-key' }))
  await server.request('/api/sessions', { headers: bearer('another-guess') })
  await server.request('/api/sessions', json({ id: 'one\u009b\u202e\n', title: 'a title' }, headers))
  await server.request('/api/sessions', json({ id: 'two' }, headers))
  const { message } = await (await server.request('/api/sessions/two/messages', form({ content: 'a text' }, [file('a-name.png', pngBytes())], headers))).json() as PostedMessage
  const { id } = message.attachments[0]!
  const { url } = await (await server.request(`/api/attachments/${id}/url`, { method: 'POST', headers })).json() as { url: string }
  await server.request(url.replace(/signature=.{6}/, 'signature=AAAAAA'))
  await server.request(`/api/attachments/${id}`, { method: 'DELETE', headers })
  await server.request(`/api/attachments/${id}`, { method: 'DELETE', headers: bearer(ZOE) }) // 404: nothing happened
  await server.request('/api/sessions/two', { method: 'DELETE', headers })
  await server.request('/api/sign-out', { method: 'POST', headers })
  await server.close()

  const lines = await read(server.dataFolder)
  const entries = lines.map(line => JSON.parse(line) as Record<string, unknown>)
  expect(entries.map(({ event }) => event)).toEqual(['signed_in', 'refused', 'refused', 'link_made', 'refused', 'attachment_deleted', 'session_deleted', 'signed_out'])
  expect(entries[0]).toMatchObject({ tenant: 'acme', user: 'ann', address: '127.0.0.1', time: expect.stringMatching(/^\d{4}-.*Z$/) as string, requestId: expect.any(String) as string })
  expect(entries[1]).toMatchObject({ status: 401, code: 'wrong_key', route: 'POST /api/sign-in' })
  expect(entries[3]).toMatchObject({ user: 'ann', id })
  expect(entries[6]).toMatchObject({ user: 'ann', id: 'two' })
  for (const secret of [ANN, 'guess', 'a title', 'a text', 'a-name', headers.cookie.split('=')[1]!, 'signature'])
    expect(lines.join('\n'), secret).not.toContain(secret)
  expect((await stat(path.join(server.dataFolder, 'audit.log'))).mode & 0o077).toBe(0)
})

test('what a stranger puts into an id can be no line of its own, and nothing that a terminal obeys', async () => {
  const folder = await temporaryFolder()
  const audit = openAuditLog(path.join(folder, 'audit.log'), console)

  audit.write({ event: 'session_deleted', id: 'x\n{"event":"signed_in"}\u001b[2J\u009b31m\u2028\u202e' })
  await audit.close()

  const [line, ...others] = await read(folder)
  expect(others).toEqual([])
  expect(line).toMatch(/^[\u0020-\u007e]+$/)
  expect(JSON.parse(line!)).toMatchObject({ id: 'x\n{"event":"signed_in"}\u001b[2J\u009b31m\u2028\u202e' })
})

test('it does not grow for ever, and who tries keys all day does not push out what others did', async () => {
  const folder = await temporaryFolder()
  const audit = openAuditLog(path.join(folder, 'audit.log'), console, { fileBytes: 2000 })

  for (let i = 0; i < 60; i++) {
    audit.write({ event: 'session_deleted', id: `s${i}` })
    await audit.close()
  }
  expect((await readdir(folder)).sort()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2', 'audit.log.3', 'audit.log.4', 'audit.log.5'].slice(0, (await readdir(folder)).length))
  expect((await readdir(folder)).length).toBeGreaterThan(2)

  const flooded = await temporaryFolder()
  const second = openAuditLog(path.join(flooded, 'audit.log'), console)
  for (let i = 0; i < 5000; i++)
    second.write({ event: 'refused', status: 401 })
  await second.close()
  expect((await read(flooded)).length).toBe(301)
})

const openLog = async () => {
  const folder = await temporaryFolder()
  return { audit: openAuditLog(path.join(folder, 'audit.log'), console), entries: async () => (await read(folder)).map(line => JSON.parse(line) as Record<string, unknown>) }
}

test('whoever is refused without end hides no refusal of somebody else, and how many of whose were left out stands there', async () => {
  const { audit, entries } = await openLog()
  for (let i = 0; i < 310; i++)
    audit.write({ event: 'refused', status: 401 })
  for (let i = 0; i < 305; i++)
    audit.write({ event: 'refused', status: 403, tenant: 'acme', user: 'ann' })
  audit.write({ event: 'refused', status: 403, tenant: 'acme', user: 'abe' })
  await audit.close()

  const all = await entries()
  expect(all.filter(({ event, user }) => event === 'refused' && user === 'ann')).toHaveLength(300)
  expect(all.filter(({ event, user }) => event === 'refused' && user === undefined)).toHaveLength(300)
  expect(all.filter(({ user }) => user === 'abe')).toHaveLength(1)
  const leftOut = all.filter(({ event }) => event === 'refusals_left_out').map(({ time: _, ...entry }) => entry)
  expect(leftOut).toEqual([{ event: 'refusals_left_out', count: 10 }, { event: 'refusals_left_out', tenant: 'acme', user: 'ann', count: 5 }])
})

test('what was left out is written when the minute ends, without waiting for another refusal', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => { vi.useRealTimers() })
  const { audit, entries } = await openLog()
  for (let i = 0; i < 302; i++)
    audit.write({ event: 'refused', status: 401 })
  vi.advanceTimersByTime(60_000)
  audit.write({ event: 'refused', status: 401, code: 'next' })
  vi.useRealTimers()
  await audit.close()

  expect((await entries()).slice(300)).toMatchObject([{ event: 'refusals_left_out', count: 2 }, { event: 'refused', code: 'next' }])
})

test('however many accounts are refused, what is remembered of them is bounded, and none of the few is hidden by that', async () => {
  const { audit, entries } = await openLog()
  audit.write({ event: 'refused', status: 403, tenant: 'acme', user: 'ann' })
  for (let i = 0; i < 3000; i++)
    audit.write({ event: 'refused', status: 403, tenant: 'many', user: `u${i}` })
  audit.write({ event: 'refused', status: 403, tenant: 'acme', user: 'ann' })
  await audit.close()

  const all = await entries()
  expect(all.filter(({ user }) => user === 'ann')).toHaveLength(2)
  expect(all.length).toBe(2 + 999 + 300 + 1)
  expect(all.at(-1)).toMatchObject({ event: 'refusals_left_out', count: 3000 - 999 - 300 })
})

test('a frame on a socket that is refused is written down with who sent it, and nothing of what it held', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: readApiKeys('key-of-ann-0000000:acme:ann,key-of-rob-0000000:acme:rob:reader', true) })
  server.as('key-of-rob-0000000')
  const tab = await server.connect()

  tab.socket.send('{"a text')
  await tab.heard('error')
  tab.send({ type: 'send_message', message_id: 'm1', session_id: 'one', text: 'a text', images: [], documents: [], media: [] })
  await tab.heard('error', ({ problem }) => problem.status === 403)
  tab.socket.terminate()
  await server.close()

  const lines = await read(server.dataFolder)
  expect(lines.map(line => JSON.parse(line) as unknown)).toMatchObject([
    { event: 'refused', status: 400, code: 'invalid_message', route: 'socket', tenant: 'acme', user: 'rob', address: '127.0.0.1' },
    { event: 'refused', status: 403, route: 'socket send_message', user: 'rob' },
  ])
  expect(lines.join()).not.toContain('a text')
})
