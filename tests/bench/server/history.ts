import BetterSqlite from 'better-sqlite3'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { quantile } from '../statistics.ts'
import type { Row } from '../table.ts'
import { startServer } from './processes.ts'

const MESSAGES = 100_000
const READS = 50

/** Pages of a session that was written to for years. Measured at the reader, so the way there and back is in it. */
export async function history(): Promise<Row[]> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
  const empty = await startServer(dataFolder)
  await fetch(`${empty.url}/api/sessions`, { method: 'POST', body: '{"id":"long"}', headers: { 'content-type': 'application/json' } })
  // Written beside the server: a hundred thousand sends would take longer than anybody waits for.
  fill(path.join(dataFolder, 'satchel.sqlite'))

  const read = async (query: string) => {
    const times: number[] = []
    for (let i = 0; i < READS; i++) {
      const begun = performance.now()
      const response = await fetch(`${empty.url}/api/sessions/long/messages?${query}`)
      const { messages } = await response.json() as { messages: unknown[] }
      times.push(performance.now() - begun)
      if (messages.length !== 100)
        throw new Error(`a page had ${messages.length} messages`)
    }
    return times.slice(5) // the first ones warm up
  }
  const pages = { 'the newest page': 'limit=100', 'a page from the middle': 'limit=100&before=50000', 'the page after the first': 'limit=100&after=100' }
  const rows: Row[] = []
  for (const [name, query] of Object.entries(pages))
    rows.push({ work: `${name}, 100 of ${MESSAGES} messages`, unit: 'ms', app: await read(query), target: 'under 20 ms', reached: app => app < 20 })
  const newest = rows[0]!.app
  process.stderr.write('.')
  await empty.stop()
  return [...rows, { work: 'the newest page, 95th percentile', unit: 'ms', app: [quantile(newest, 0.95)], target: 'under 20 ms', reached: app => app < 20 }]
}

function fill(file: string) {
  const database = new BetterSqlite(file)
  const now = new Date().toISOString()
  const insert = database.prepare(`insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at)
    values (?, 'default', 'long', ?, ?, 'complete', ?, '[]', ?)`)
  const attach = database.prepare(`insert into attachments (id, tenant_id, message_id, session_id, ordinal, filename, mime_type, size, sha256, storage_path, created_at)
    values (?, 'default', ?, 'long', 0, 'shot.png', 'image/png', 1000, ?, ?, ?)`)
  database.transaction(() => {
    for (let sequence = 1; sequence <= MESSAGES; sequence++) {
      const id = crypto.randomUUID()
      insert.run(id, sequence % 2 ? 'user' : 'assistant', sequence, `message ${sequence} `.repeat(20), now)
      if (sequence % 10 === 1)
        attach.run(crypto.randomUUID(), id, id, id, now)
    }
    database.prepare('update sessions set last_sequence = ? where id = \'long\'').run(MESSAGES)
  })()
  database.close()
}
