import type { ServerProcess } from '../../cluster/serverProcess.ts'
import { post } from '../server/files.ts'
import { median } from '../statistics.ts'
import type { Row } from '../table.ts'
import type { Place } from './places.ts'
import { untilAnswered } from './sending.ts'
import { told } from './told.ts'

const SENDS = 60
/** Of a server that has just been started, before anything is measured. */
const WARM_UP = 20
const READS = 20
const JSON_HEADERS = { 'content-type': 'application/json' }
const SESSION_COLUMNS = 'insert into sessions (tenant_id, id, project_id, title, created_at, updated_at, last_sequence)'
const MESSAGE_COLUMNS = 'insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at)'
const AT = '\'2026-01-01T00:00:00.000Z\''

/** What a message costs, and the pages that people open, as there are more and more sessions of two messages each. */
export async function manySessions(place: Place, sizes: readonly number[]): Promise<Row[]> {
  const [server] = await place.start(1)
  const rows: Row[] = []
  for (const [i, size] of sizes.entries()) {
    const before = sizes[i - 1] ?? 0
    const added = size - before
    const id = `'s' || (i + ${before})`
    await place.run(
      series => `${SESSION_COLUMNS} select 'default', ${id}, 'default', 'Session', ${AT}, ${AT}, 2 from ${series(added)}`,
      series => `${MESSAGE_COLUMNS} select ${id} || 'a', 'default', ${id}, 'user', 1, 'complete', 'a question', '[]', ${AT} from ${series(added)}`,
      series => `${MESSAGE_COLUMNS} select ${id} || 'b', 'default', ${id}, 'assistant', 2, 'complete', 'an answer', '[]', ${AT} from ${series(added)}`,
    )
    const name = `${place.name}, ${size.toLocaleString('en')} sessions`
    const into = (n: number) => `s${1 + n * Math.floor(size / SENDS)}`
    rows.push(...await measure(server!, name, into, () => '/api/sessions?limit=50'))
  }
  await server!.remove()
  return rows
}

/** The same as one session becomes longer and longer. */
export async function longHistories(place: Place, sizes: readonly number[]): Promise<Row[]> {
  const [server] = await place.start(1)
  const rows: Row[] = []
  for (const size of sizes) {
    await place.run(
      () => `${SESSION_COLUMNS} values ('default', 'long-${size}', 'default', 'Long', ${AT}, ${AT}, ${size})`,
      series => `${MESSAGE_COLUMNS} select 'long-${size}-' || i, 'default', 'long-${size}', case i % 2 when 1 then 'user' else 'assistant' end, i, 'complete', 'some words', '[]', ${AT} from ${series(size)}`,
    )
    rows.push(...await measure(server!, `${place.name}, a history of ${size.toLocaleString('en')}`, () => `long-${size}`, () => `/api/sessions/long-${size}/messages?limit=50`))
  }
  await server!.remove()
  return rows
}

async function measure({ url, cpu }: ServerProcess, name: string, into: (n: number) => string, page: () => string): Promise<Row[]> {
  for (let n = 0; n < WARM_UP; n++)
    await send(url, into(n))
  await untilAnswered(url)
  const before = await cpu()
  const sent: number[] = []
  for (let n = 0; n < SENDS; n++)
    sent.push(await timed(() => send(url, into(n))))
  await untilAnswered(url)
  const spent = await cpu() - before
  const read: number[] = []
  for (let n = 0; n < READS; n++)
    read.push(await timed(async () => void await (await fetch(url + page())).arrayBuffer()))
  return [
    told({ work: `${name}: a message, sent to accepted`, unit: 'ms', app: [median(sent)] }),
    told({ work: `${name}: processor time of the server for it and its answer`, unit: 'ms', app: [spent / SENDS] }),
    told({ work: `${name}: the page that is opened first`, unit: 'ms', app: [median(read)] }),
  ]
}

const send = (url: string, session: string) => post(`${url}/api/sessions/${session}/messages`, { body: JSON.stringify({ content: '/think a word' }), headers: JSON_HEADERS })

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
