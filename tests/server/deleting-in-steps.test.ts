import BetterSqlite from 'better-sqlite3'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { readRows } from '../helpers/databases.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const MESSAGES = 3000

function fill(dataFolder: string) {
  const database = new BetterSqlite(path.join(dataFolder, 'satchel.sqlite'))
  const insert = database.prepare(`insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at) values (?, 'default', 'one', 'user', ?, 'complete', 'hello', '[]', '2026-01-01T00:00:00.000Z')`)
  database.transaction(() => {
    for (let i = 0; i < MESSAGES; i++)
      insert.run(crypto.randomUUID(), 1000 + i)
  })()
  database.close()
}

test('a long session is gone for everybody at once and removed in steps, between which others are answered', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  await server.request('/api/sessions', json({ id: 'two' }))
  fill(server.dataFolder)
  const left: number[] = []
  const deleting = server.request('/api/sessions/one', { method: 'DELETE' })
  let isOver = false
  void deleting.then(() => { isOver = true })
  while (!isOver) {
    await server.request('/api/sessions/two')
    left.push((await server.rows('messages')).length)
  }

  expect((await deleting).status).toBe(204)
  expect(left.some(count => count > 0 && count < MESSAGES), `others were answered only at ${left.join(', ')}`).toBe(true)
  expect(await server.rows('messages')).toEqual([])
  expect((await server.sessions()).map(({ id }) => id)).toEqual(['two'])
  expect(await readRows(server.dataFolder, 'deletions')).toEqual([])
})

test('a deletion that cannot be completed is a deletion all the same, and is completed later: rows, files, workspace, the agent\'s memory', async () => {
  const dataFolder = await temporaryFolder()
  const disk = await openBlobStore({ kind: 'folder', folder: path.join(dataFolder, 'attachments') })
  const broken = new Proxy(disk, {
    get: (target, name) => {
      const value: unknown = name === 'delete' ? () => Promise.reject(new Error('the disk is away')) : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) as unknown : value
    },
  })
  const forgotten: string[] = []
  let isAway = true
  const agent: Agent = {
    ...instantAgent().agent,
    async forget({ workspaceFolder }) {
      if (isAway)
        throw new Error('the agent\'s memory is away')
      forgotten.push(path.basename(workspaceFolder))
    },
  }
  const first = await openServer({ dataFolder, agent, blobs: broken })
  await first.request('/api/sessions', json({ id: 'one' }))
  await first.request('/api/sessions/one/messages', form({}, [file('shot.png', pngBytes())]))
  await eventually(async () => (await first.sessions())[0]?.running).toBe(false)

  expect((await first.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)
  expect((await first.request('/api/sessions/one')).status).toBe(404)
  expect((await first.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(404)
  expect(await first.sessions()).toEqual([])
  expect(await readdir(path.join(dataFolder, 'workspaces'))).toEqual([])
  expect(await first.rows('messages')).toEqual([])
  expect(await readRows(dataFolder, 'deletions')).toHaveLength(1)
  await first.close()

  isAway = false
  const second = await openServer({ dataFolder, agent })
  await eventually(() => readRows(dataFolder, 'deletions')).toEqual([])
  expect(forgotten).toEqual(['one'])
  expect(await second.rows('sessions')).toEqual([])
})
