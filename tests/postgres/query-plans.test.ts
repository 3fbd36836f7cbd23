import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { createSessionEnds } from '../../src/server/events/sessionEnds.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { readIndexes, unbounded, type Plan } from './plans.ts'

/** Tables that grow with every message, or with every session. */
const LARGE = ['messages', 'parts', 'attachments', 'uploads', 'event_sequences', 'sessions', 'session_leases', 'workspace_files', 'workspace_removals', 'transcript_entries']

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

const AT = '\'2026-01-01T00:00:00.000Z\''
/** Of a server that has been used for long: sessions of two messages with all that belongs to them, and one with a long history. */
const FILLING = [
  `insert into sessions (tenant_id, id, project_id, title, created_at, updated_at, last_sequence) select 'default', 's' || i, 'default', 'Session', ${AT}, ${AT}, 2 from generate_series(1, 20000) as i`,
  `insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at) select 's' || i || '-' || n, 'default', 's' || i, case n when 1 then 'user' else 'assistant' end, n, 'complete', 'words', '[]', ${AT} from generate_series(1, 20000) as i, generate_series(1, 2) as n`,
  `insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at) select 'long-' || i, 'default', 's1', case i % 2 when 1 then 'user' else 'assistant' end, 2 + i, 'complete', 'words', '[]', ${AT} from generate_series(1, 40000) as i`,
  `insert into session_leases (tenant_id, session_id, machine, epoch, until) select 'default', 's' || i, 'gone', 1, now() - interval '1 day' from generate_series(1, 20000) as i`,
  `insert into event_sequences (tenant_id, session_id, reserved_event_id) select 'default', 's' || i, 10000 from generate_series(1, 20000) as i`,
  `insert into parts (message_id, id, ordinal, type, body) select 's' || i || '-2', 'p' || n, n, 'text', '{}' from generate_series(1, 20000) as i, generate_series(0, 1) as n`,
  `insert into attachments (id, tenant_id, message_id, session_id, ordinal, filename, mime_type, size, sha256, storage_path, created_at) select 'a' || i, 'default', 's' || i || '-1', 's' || i, 0, 'a.png', 'image/png', 100, md5(i::text), 'default/' || i, ${AT} from generate_series(1, 20000) as i`,
  `insert into uploads (id, tenant_id, user_id, filename, mime_type, size, sha256, storage_path, created_at, expires_at, attachment_id) select 'u' || i, 'default', 'owner', 'a.png', 'image/png', 100, md5(i::text), 'default/u' || i, ${AT}, ${AT}, 'a' || i from generate_series(1, 20000) as i`,
  `insert into workspace_files (tenant_id, session_id, path, size, mode, stamp) select 'default', 's' || i, 'a.txt', 3, 384, '' from generate_series(1, 20000) as i`,
  `insert into workspace_removals (message_id, path) select 's' || i || '-2', 'a.txt' from generate_series(1, 20000) as i`,
  `insert into transcript_entries (tenant_id, session_id, agent_session_id, subpath, uuid, body) select 'default', 's' || i, 'agent', '', 'e' || i, '{}' from generate_series(1, 20000) as i`,
]
/** With the statistics of tables that are full, and what of them the search takes notice of left out. */
async function fill(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const table of ['sessions', 'messages'])
    await client.query(`alter table ${table} disable trigger user`)
  for (const statement of FILLING)
    await client.query(statement)
  for (const table of LARGE)
    await client.query(`analyze ${table}`)
  await client.end()
}

/** What reads more of a large table than one session's rows, one row, or as many as are asked for, as PostgreSQL chooses from what it knows of the tables. @param seqscan `off`: a table from its beginning to its end is its last choice */
async function scans(url: string, statements: Iterable<string>, seqscan: 'on' | 'off' = 'on'): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`set enable_seqscan = ${seqscan}`)
    const indexes = await readIndexes(client)
    const found: string[] = []
    for (const sql of statements) {
      if (!/^\s*(?:select|update|delete|insert|with)\b/i.test(sql))
        continue
      const { rows: [row] } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (generic_plan, format json) ${sql}`)
      for (const node of unbounded(row!['QUERY PLAN'][0].Plan, indexes)) {
        if (LARGE.includes(node['Relation Name'] ?? ''))
          found.push(`${node['Node Type']} of ${node['Relation Name']}, ${node['Index Cond'] ?? node['Recheck Cond'] ?? 'without a condition'}: ${sql}`)
      }
    }
    return found
  }
  finally {
    await client.end()
  }
}

describe.skipIf(!inject('postgres'))('on PostgreSQL, with servers beside each other', () => {
  test('nothing that happens all day reads more of the messages, parts, files or sessions the more of them a tenant has', async () => {
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
    await createSessionEnds(await openDatabaseOf(folder)).findBehind([{ session: { tenant: 'default', id: 's2' }, last: 1 }]) // as servers do for those who follow sessions of others
    await server.close()

    expect(heard.size).toBeGreaterThan(50)
    await fill(databaseUrl)
    expect(await scans(databaseUrl, heard)).toEqual([])

    // An index that is missing is noticed, also where another one leads to all that a tenant has.
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query('drop index messages_sequence, messages_client_id; create index of_tenant on messages (tenant_id)')
    await client.end()
    expect(await scans(databaseUrl, heard)).toEqual(expect.arrayContaining([expect.stringMatching(/^Seq Scan of messages/)]))
    expect(await scans(databaseUrl, heard, 'off')).toEqual(expect.arrayContaining([expect.stringMatching(/^Index Scan of messages, \(tenant_id = /)]))
  })
})
