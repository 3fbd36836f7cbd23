import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { SearchPage } from '../../src/shared/protocol/search.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

/** Tables that grow with every message. */
const LARGE = ['messages', 'parts', 'attachments', 'uploads', 'event_sequences']
const SCAN = new RegExp(`^SCAN (?:${LARGE.join('|')}|[masu])\\b(?! USING COVERING INDEX \\w+_size)`)

/** Statements that look for what answers a message, and plans in which they read all that its session holds. */
const ANSWERS = /"reply_to" (?:=|in)/
const WITHOUT_REPLY_TO = /^S(?:CAN|EARCH) messages (?!USING (?:COVERING )?INDEX messages_reply_to )/

/** Every statement that is prepared from here on. */
function listen() {
  const heard = new Set<string>()
  const prepare = BetterSqlite.prototype.prepare
  const spy = vi.spyOn(BetterSqlite.prototype, 'prepare').mockImplementation(function (this: BetterSqlite.Database, sql: string) {
    heard.add(sql)
    return prepare.call(this, sql)
  })
  onTestFinished(() => spy.mockRestore())
  return heard
}

/** Statements that read a table that grows from its beginning to its end, with how. */
const scans = (dataFolder: string, statements: Iterable<string>) => plans(dataFolder, statements, SCAN)

function plans(dataFolder: string, statements: Iterable<string>, unwanted: RegExp) {
  const database = new BetterSqlite(path.join(dataFolder, 'satchel.sqlite'))
  try {
    return [...statements].filter(sql => /^(?:select|update|delete|insert|with)\b/i.test(sql)).flatMap((sql) => {
      const plan = database.prepare(`explain query plan ${sql}`).all(...Array<number>(sql.split('?').length - 1).fill(1)) as { detail: string }[]
      return plan.filter(({ detail }) => unwanted.test(detail)).map(({ detail }) => `${detail}: ${sql}`)
    })
  }
  finally {
    database.close()
  }
}

test('nothing that happens all day reads through all messages, parts or files, nor does a start', async () => {
  const dataFolder = await temporaryFolder()
  const { agent } = instantAgent()
  const first = await openServer({ dataFolder, agent }) // the ladder of migrations may read what it likes
  const heard = listen()

  await first.request('/api/sessions', json({ id: 'one' }))
  const uploads = await (await first.request('/api/uploads', form({}, [file('up.png', pngBytes({ seed: 3 }))]))).json() as { uploads: [{ id: string }] }
  const tab = await first.connect()
  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: 0 })
  await first.request('/api/sessions/one/messages', form({ content: 'hello', uploadIds: uploads.uploads[0].id }, [file('a.png', pngBytes())]))
  await eventually(async () => (await first.sessions())[0]?.running).toBe(false)
  const [asked, answer] = await first.messages('one')
  for (const address of ['/api/history', '/api/sessions/one', '/api/sessions/one/attachments', `/api/sessions/one/messages/${asked!.id}/attachments`, '/api/sessions/one/messages?before=2', asked!.attachments[0]!.url])
    await first.request(address)
  await first.request('/api/sessions/one/messages', form({ content: 'again' }, [], { accept: 'text/event-stream' })).then(response => response.text())
  await first.request(`/api/sessions/one/messages/${answer!.id}/retry`, { method: 'POST' })
  await first.request(asked!.attachments[0]!.url, { method: 'DELETE' })
  await first.close()
  const second = await openServer({ dataFolder, agent })
  await second.request('/api/sessions/one', { method: 'DELETE' })
  await second.close()

  expect(heard.size).toBeGreaterThan(30)
  expect(scans(dataFolder, heard)).toEqual([])
  const ofAnswers = [...heard].filter(sql => ANSWERS.test(sql))
  expect(ofAnswers).not.toEqual([])
  expect(plans(dataFolder, ofAnswers, WITHOUT_REPLY_TO)).toEqual([])
})

/** The index heeds bounds that are integers. Numbers of JavaScript are bound as real ones, and a plan does not tell them apart. */
const BOUNDS = /rowid >= cast\(\? as bigint\) and rowid < cast\(\? as bigint\)/

/** Statements that know the ids of what they want, and yet read all that a tenant has. */
const WHOLE_TENANT = /^SEARCH \w+ USING INDEX \w+_size \(tenant_id=\?\)$/

test('a search, and what adds to it, reads what it names, not all that its tenant has', async () => {
  const { agent } = instantAgent()
  const first = await openServer({ agent })
  await first.request('/api/sessions', json({ id: 'one' }))
  for (let i = 0; i < 15; i++)
    await first.request('/api/sessions/one/messages', form({ content: `heron ${i}` }, [file(`heron-${i}.txt`, Buffer.from('wings'))]))
  await eventually(async () => (await first.messages('one')).every(({ status }) => status === 'complete')).toBe(true)
  await first.close()
  const database = new BetterSqlite(path.join(first.dataFolder, 'satchel.sqlite'))
  database.exec(`delete from search_documents; delete from search_queue; update search_fill set below = 1000000 where kind <> 'session'`)
  database.close()
  const heard = listen()

  const second = await openServer({ dataFolder: first.dataFolder, agent })
  await eventually(async () => (await second.json<SearchPage>('/api/search?q=heron&limit=50')).hits.filter(({ role }) => role === 'user').length).toBe(30)
  await second.close()

  const ofIndex = [...heard].filter(sql => sql.includes('search_index match'))
  expect(ofIndex).not.toEqual([])
  expect(ofIndex.filter(sql => !BOUNDS.test(sql))).toEqual([])
  expect(plans(first.dataFolder, heard, WHOLE_TENANT)).toEqual([])
})
