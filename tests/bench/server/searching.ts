import BetterSqlite from 'better-sqlite3'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { quantile } from '../statistics.ts'
import type { Row } from '../table.ts'
import { startServer } from './processes.ts'

/** Fewer with SEARCH_MESSAGES=100000. */
const MESSAGES = Number(process.env.SEARCH_MESSAGES ?? 1_000_000)
const SESSIONS = 1000
const SEARCHES = 200
const TARGET = 50

/** Words by how often they are written, as in any language: the first ones everywhere, the last ones nearly never. */
const WORDS = Array.from({ length: 20_000 }, (_, i) => wordOf(i))

/** Searching what a company has written in years. Measured at the searcher, so the way there and back is in it. */
export async function searching(): Promise<Row[]> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
  const file = path.join(dataFolder, 'satchel.sqlite')
  await (await startServer(dataFolder, true)).stop() // which makes the tables
  fill(file)
  const server = await startServer(dataFolder)
  const seconds = await untilFilled(server.url)

  const search = async (queries: readonly string[]) => {
    const times: number[] = []
    for (const [i, query] of queries.entries()) {
      const begun = performance.now()
      const response = await fetch(`${server.url}/api/search?q=${encodeURIComponent(query)}`)
      await response.json()
      if (i >= 10) // the first ones warm up
        times.push(performance.now() - begun)
    }
    return times
  }
  const draw = (make: (i: number) => string) => Array.from({ length: SEARCHES }, (_, i) => make(i))
  const queries = {
    'a frequent word': draw(i => WORDS[i % 20]!),
    'a rare word': draw(i => WORDS[15_000 + i]!),
    'a word that is nowhere': draw(i => `${WORDS[i % 20]!}${WORDS[i % 17]!}`),
    'three frequent words': draw(i => `${WORDS[i % 20]!} ${WORDS[(i + 7) % 40]!} ${WORDS[(i + 3) % 30]!}`),
    'a frequent and a rare word': draw(i => `${WORDS[i % 20]!} ${WORDS[18_000 + i]!}`),
    'the beginning of a word': draw(i => WORDS[i * 7]!.slice(0, 1 + i % 2)),
  }
  const rows: Row[] = [{ work: `adding ${MESSAGES} messages to the index, half of the time resting`, unit: 's', app: [seconds] }]
  for (const [name, asked] of Object.entries(queries)) {
    const times = await search(asked)
    rows.push(
      { work: `searching for ${name} in ${MESSAGES} messages`, unit: 'ms', app: times },
      { work: `the same, 99th percentile`, unit: 'ms', app: [quantile(times, 0.99)], target: `under ${TARGET} ms`, reached: app => app < TARGET },
    )
  }
  process.stderr.write('.')
  await server.stop()
  return rows
}

/** Letters as often as in English, so that what words have in common is as much as there. */
function wordOf(i: number): string {
  let rest = (i + 1) * 2_654_435_761 % 4_294_967_296
  const take = (letters: string) => {
    rest = (rest * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return letters[Math.floor(rest / 4_294_967_296 * letters.length)]!
  }
  let word = ''
  for (let syllables = 1 + Math.floor(Math.log2(i + 2) / 4); syllables >= 0; syllables--)
    word += take('tttnnnsssrrrhhllddccmmffppggwybvkjxqz') + take('eeeeaaaaooooiiiiuuy') + (syllables % 2 ? take('nrstldmc') : '')
  return word
}

/** Seconds until a search says that everything is in it. */
async function untilFilled(url: string): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const { incomplete } = await (await fetch(`${url}/api/search?q=${WORDS[0]!}&limit=1`)).json() as { incomplete: boolean }
    if (!incomplete)
      return (performance.now() - begun) / 1000
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

/** Written beside the server, into a database of before there was a search. */
function fill(file: string) {
  const database = new BetterSqlite(file)
  const now = new Date().toISOString()
  const session = database.prepare('insert into sessions (tenant_id, id, project_id, title, created_at, updated_at, last_sequence) values (\'default\', ?, \'default\', ?, ?, ?, ?)')
  const insert = database.prepare(`insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at)
    values (?, 'default', ?, ?, ?, 'complete', ?, '[]', ?)`)
  const each = MESSAGES / SESSIONS
  let seed = 1
  const random = () => (seed = seed * 16_807 % 2_147_483_647) / 2_147_483_647
  const word = () => WORDS[Math.floor(WORDS.length ** random()) - 1]!
  database.transaction(() => {
    for (let s = 0; s < SESSIONS; s++) {
      session.run(`s${s}`, `${word()} ${word()} ${word()}`, now, now, each)
      for (let sequence = 1; sequence <= each; sequence++)
        insert.run(crypto.randomUUID(), `s${s}`, sequence % 2 ? 'user' : 'assistant', sequence, Array.from({ length: 10 + Math.floor(random() * 40) }, word).join(' '), now)
    }
    database.exec(`delete from search_queue;
      update search_fill set below = (select max(rowid) + 1 from sessions) where kind = 'session';
      update search_fill set below = (select max(rowid) + 1 from messages) where kind = 'message'`)
  })()
  database.close()
}
