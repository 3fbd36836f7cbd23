import { open } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { ANN, openServer, temporaryFolder, TWO_TENANTS } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

test('a damaged database stops the start, with what to do, instead of being written on', async () => {
  const dataFolder = await temporaryFolder()
  const { agent } = instantAgent()
  const first = await openServer({ dataFolder, agent })
  for (let i = 0; i < 20; i++)
    await first.request('/api/sessions', json({ id: `s${i}`, title: 'x'.repeat(200) }))
  await first.close()
  const file = await open(path.join(dataFolder, 'satchel.sqlite'), 'r+')
  await file.write(Buffer.alloc(40_000, 0x55), 0, 40_000, 8192)
  await file.close()

  await expect(openServer({ dataFolder, agent })).rejects.toThrow(/satchel\.sqlite.* damaged .*Back up/)
})

test('texts count against the room of a tenant, too', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, quotaBytes: 100_000 })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one' }))
  const send = (size: number) => server.request('/api/sessions/one/messages', json({ content: 'x'.repeat(size) })).then(({ status }) => status)

  expect([await send(60_000), await send(60_000), await send(20_000)]).toEqual([202, 429, 202])
  await eventually(async () => (await server.sessions())[0]?.running).toBe(false)
  expect(server.rows('messages').filter(({ role }) => role === 'user')).toHaveLength(2)
})
