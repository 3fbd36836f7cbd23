import { expect, test } from 'vitest'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS } from '../helpers/openServer.ts'
import { eventually } from '../helpers/eventually.ts'
import { file, form, json } from '../helpers/rest.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

const KEY = 'key-of-whoever-watches'

test('who watches the server sees how much goes on, and nothing of people or files', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: TWO_TENANTS, metricsKey: KEY })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'secret-session' }))
  await server.request('/api/sessions/secret-session/messages', form({ content: 'secret' }, [file('secret.png', pngBytes())]))
  await server.request('/nothing-here/secret')
  await eventually(() => turns.length).toBe(1)
  await (await server.connect()).heard('hello')

  const response = await server.request('/metrics', { headers: bearer(KEY) })
  const text = await response.text()

  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const valueOf = (name: string) => Number(text.split('\n').find(line => line.startsWith(`${name} `))?.split(' ').at(-1))
  expect(text).toContain('satchel_http_requests_total{method="POST",route="/api/sessions/:id/messages",status="202"} 1')
  expect(text).toContain('satchel_http_requests_total{method="GET",route="none",status="404"} 1')
  expect(valueOf('satchel_sockets')).toBe(1)
  expect(valueOf('satchel_turns_running')).toBe(1)
  expect(valueOf('satchel_turns_waiting')).toBe(0)
  expect(valueOf('satchel_received_bytes_total')).toBeGreaterThan(pngBytes().length)
  expect(valueOf('satchel_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThan(0)
  for (const private_ of ['secret', 'acme', 'ann', ANN, KEY])
    expect(text, private_).not.toMatch(new RegExp(`\\b${private_}`))
})

test('a tenant\'s key, a wrong one and none do not read it; without accounts this machine does', async () => {
  const withKey = await openServer({ apiKeys: TWO_TENANTS, metricsKey: KEY })
  const without = await openServer({ apiKeys: TWO_TENANTS })
  const open = await openServer()
  const statusOf = async ({ request }: typeof open, headers: Record<string, string>) => (await request('/metrics', { headers })).status

  expect(await Promise.all([bearer(ANN), bearer('wrong'), {}].map(headers => statusOf(withKey, headers as Record<string, string>)))).toEqual([401, 401, 401])
  expect(await Promise.all([bearer(ANN), bearer('undefined'), {}].map(headers => statusOf(without, headers as Record<string, string>)))).toEqual([401, 401, 401])
  expect(await statusOf(open, {})).toBe(200)
})

test('who guesses its key is made to wait, and who has it still reads', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS, metricsKey: KEY, rateLimit: 10_000 })
  const ask = async (key: string) => (await server.request('/metrics', { headers: bearer(key) })).status
  const statuses: number[] = []
  for (let i = 0; i < 601; i++)
    statuses.push(await ask(`guess-${i}`))

  expect(statuses.slice(0, 600).every(status => status === 401)).toBe(true)
  expect(statuses[600]).toBe(429)
  expect((await server.request('/api/sessions', { headers: bearer('guess') })).status).toBe(429) // they are wrong keys like any others
  expect(await ask(KEY)).toBe(200)
})
