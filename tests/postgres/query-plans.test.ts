import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { databaseUrlOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'

/** Tables that grow with every message, or with every session. */
const LARGE = ['messages', 'parts', 'attachments', 'uploads', 'event_sequences', 'sessions', 'session_leases', 'workspace_files', 'workspace_removals', 'transcript_entries']

interface Plan { 'Node Type': string, 'Relation Name'?: string, 'Index Name'?: string, 'Index Cond'?: string, 'Recheck Cond'?: string, 'Plans'?: Plan[] }

/** Every statement that is sent from here on. */
function listen() {
  const heard = new Set<string>()
  const query = Client.prototype.query as (...args: unknown[]) => unknown
  const spy = vi.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...args: unknown[]) {
    if (typeof args[0] === 'string')
      heard.add(args[0])
    return query.apply(this, args)
  } as never)
  onTestFinished(() => spy.mockRestore())
  return heard
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

const AT = '\'2026-01-01T00:00:00.000Z\''
/** Of a server that has been used for long: sessions of two messages, and one with a long history. */
const FILLING = [
  `insert into sessions (tenant_id, id, project_id, title, created_at, updated_at, last_sequence) select 'default', 's' || i, 'default', 'Session', ${AT}, ${AT}, 2 from generate_series(1, 20000) as i`,
  `insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at) select 's' || i || '-' || n, 'default', 's' || i, case n when 1 then 'user' else 'assistant' end, n, 'complete', 'words', '[]', ${AT} from generate_series(1, 20000) as i, generate_series(1, 2) as n`,
  `insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at) select 'long-' || i, 'default', 's1', case i % 2 when 1 then 'user' else 'assistant' end, 2 + i, 'complete', 'words', '[]', ${AT} from generate_series(1, 40000) as i`,
  `insert into session_leases (tenant_id, session_id, machine, epoch, until) select 'default', 's' || i, 'gone', 1, now() - interval '1 day' from generate_series(1, 20000) as i`,
  `insert into event_sequences (tenant_id, session_id, reserved_event_id) select 'default', 's' || i, 10000 from generate_series(1, 20000) as i`,
]
const FILLED = ['sessions', 'messages', 'session_leases', 'event_sequences']

/** With the statistics of tables that are full, and what of them the search takes notice of left out. */
async function fill(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const table of ['sessions', 'messages'])
    await client.query(`alter table ${table} disable trigger user`)
  for (const statement of FILLING)
    await client.query(statement)
  for (const table of FILLED)
    await client.query(`analyze ${table}`)
  await client.end()
}

/** What must be read from its beginning to its end, because no index leads there: with any other choice it would not be. @param tables that are looked at @param isChosen by PostgreSQL itself, from what it knows of full tables */
async function scans(url: string, statements: Iterable<string>, { tables = LARGE, isChosen = false } = {}): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`set enable_seqscan = ${isChosen ? 'on' : 'off'}`)
    const partial = new Set((await client.query<{ name: string }>('select indexrelid::regclass::text as name from pg_index where indpred is not null')).rows.map(({ name }) => name))
    const found: string[] = []
    for (const sql of statements) {
      if (!/^\s*(?:select|update|delete|insert|with)\b/i.test(sql))
        continue
      const { rows: [row] } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (generic_plan, format json) ${sql}`)
      for (const node of nodesOf(row!['QUERY PLAN'][0].Plan)) {
        const isLed = node['Index Cond'] !== undefined || node['Recheck Cond'] !== undefined || partial.has(node['Index Name'] ?? '')
        if (tables.includes(node['Relation Name'] ?? '') && /Scan$/.test(node['Node Type']) && !isLed)
          found.push(`${node['Node Type']} of ${node['Relation Name']}: ${sql}`)
      }
    }
    return found
  }
  finally {
    await client.end()
  }
}

describe.skipIf(!inject('postgres'))('on PostgreSQL, with servers beside each other', () => {
  test('nothing that happens all day reads through all messages, parts, files or sessions, also where PostgreSQL knows that they are many', async () => {
    const folder = await temporaryFolder()
    const databaseUrl = (await databaseUrlOf(folder))!
    const heard = listen()
    const server = await openServer({ dataFolder: folder, databaseUrl, machines: 'many' })
    await server.request('/api/sessions', json({ id: 'one' }))
    const uploads = await (await server.request('/api/uploads', form({}, [file('up.png', pngBytes({ seed: 3 }))]))).json() as { uploads: [{ id: string }] }
    const tab = await server.connect()
    tab.send({ type: 'subscribe', session_id: 'one', after_event_id: 0 })
    await server.request('/api/sessions/one/messages', form({ content: '/write a.txt one\n/edit a.txt one => two', uploadIds: uploads.uploads[0].id }, [file('a.png', pngBytes())]))
    await eventually(async () => (await server.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
    const [asked, answer] = await server.messages('one')
    for (const address of ['/api/history', '/api/sessions', '/api/sessions/one', '/api/sessions/one/attachments', '/api/sessions/one/messages?before=2', asked!.attachments[0]!.url])
      await server.request(address)
    await server.request(`/api/sessions/one/messages/${answer!.id}/retry`, { method: 'POST' })
    await eventually(async () => (await server.sessions())[0]?.running).toBe(false)
    await server.request(asked!.attachments[0]!.url, { method: 'DELETE' })
    await server.request('/api/sessions/one', { method: 'DELETE' })
    await server.close()

    expect(heard.size).toBeGreaterThan(50)
    expect(await scans(databaseUrl, heard)).toEqual([])
    await fill(databaseUrl)
    expect(await scans(databaseUrl, heard, { tables: FILLED, isChosen: true })).toEqual([])
  })
})
