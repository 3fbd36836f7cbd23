import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '../../cluster/serverProcess.ts'
import { formOf, picture, post } from '../server/files.ts'
import { quantile } from '../statistics.ts'
import type { Row } from '../table.ts'
import type { Place } from './places.ts'
import { told } from './told.ts'

const PROCESSES = [1, 2, 4]
const SESSIONS = 64
const AT_ONCE = 32
const JSON_HEADERS = { 'content-type': 'application/json' }
/** Bytes. */
const PICTURE = 100_000

type Body = () => { body: Buffer | string, headers: Record<string, string> }

/** Messages a second until they are accepted, over all processes, with their answers made at the same time. */
export async function sending(place: Place, seconds: number, most: number): Promise<Row[]> {
  const rows: Row[] = []
  const image = picture(PICTURE)
  const kinds: Record<string, Body> = {
    'of a word': () => ({ body: JSON.stringify({ content: '/think a word' }), headers: JSON_HEADERS }),
    [`with a picture of ${PICTURE / 1000} kB`]: () => formOf(image),
  }
  for (const count of PROCESSES.filter(count => count <= most)) {
    const servers = await place.start(count)
    for (const [kind, body] of Object.entries(kinds)) {
      const { accepted, times, cpu } = await send(servers, body, seconds)
      const name = `${place.name}, ${count} ${count === 1 ? 'process' : 'processes'}, messages ${kind}`
      rows.push(told({ work: `${name}, accepted a second`, unit: '1/s', app: [accepted / seconds] }))
      rows.push(told({ work: `${name}, until one is accepted, half of them; ${AT_ONCE} at once`, unit: 'ms', app: [quantile(times, 0.5)] }))
      rows.push(told({ work: `${name}, processor time of the servers for one and its answer`, unit: 'ms', app: [cpu / accepted] }))
    }
    await Promise.all(servers.map(server => server.remove()))
  }
  return rows
}

async function send(servers: readonly ServerProcess[], body: Body, seconds: number) {
  const sessions = await openSessions(servers)
  const times: number[] = []
  const before = await cpuOf(servers)
  const end = performance.now() + seconds * 1000
  let next = 0
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (performance.now() < end) {
      const number = next++
      const { url } = servers[number % servers.length]!
      const begun = performance.now()
      await post(`${url}/api/sessions/${sessions[number % SESSIONS]}/messages`, body())
      times.push(performance.now() - begun)
    }
  }))
  await untilAnswered(servers[0]!.url)
  return { accepted: times.length, times, cpu: await cpuOf(servers) - before }
}

async function openSessions(servers: readonly ServerProcess[]): Promise<string[]> {
  const ids = Array.from({ length: SESSIONS }, () => crypto.randomUUID())
  for (const [i, id] of ids.entries())
    await post(`${servers[i % servers.length]!.url}/api/sessions`, { body: JSON.stringify({ id }), headers: JSON_HEADERS })
  return ids
}

export async function untilAnswered(url: string) {
  for (;;) {
    const { sessions } = await (await fetch(`${url}/api/sessions?limit=100`)).json() as { sessions: { running: boolean }[] }
    if (!sessions.some(({ running }) => running))
      return
    await pause(200)
  }
}

const cpuOf = async (servers: readonly ServerProcess[]) => (await Promise.all(servers.map(server => server.cpu()))).reduce((sum, each) => sum + each, 0)
