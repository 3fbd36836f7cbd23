import { once } from 'node:events'
import { WebSocket } from 'ws'
import { quantile } from '../statistics.ts'
import type { Row } from '../table.ts'
import type { Place } from './places.ts'
import { told } from './told.ts'

const SESSIONS = 20
const PROCESSES = [2, 4]

/** How much later an event is heard through another process than through the one that the message went to. */
export async function fanout(place: Place): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of PROCESSES) {
    const servers = await place.start(count)
    await Promise.all(servers.map(({ url }, i) => listen(url, servers[(i + 1) % count]!.url, 3))) // a server is not measured with its first answer
    const delays = (await Promise.all(Array.from({ length: SESSIONS }, (_, i) =>
      listen(servers[i % count]!.url, servers[(i + 1) % count]!.url)))).flat()
    for (const part of [0.5, 0.99])
      rows.push(told({ work: `an event to another one of ${count} processes, ${part * 100} % of ${delays.length}, ${SESSIONS} answers at once`, unit: 'ms', app: [quantile(delays, part)], target: 'under 100 ms', reached: app => app < 100 }))
    await Promise.all(servers.map(server => server.remove()))
  }
  return rows
}

interface Frame { type: string, event_id?: number }

/** @param words of the answer @returns milliseconds of each event */
async function listen(near: string, far: string, words = 40): Promise<number[]> {
  const session = crypto.randomUUID()
  const times = [new Map<number, number>(), new Map<number, number>()] as const
  const tabs = await Promise.all([near, far].map(url => open(url)))
  const ended = tabs.map((tab, i) => new Promise<void>((resolve) => {
    tab.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame
      if (frame.event_id !== undefined)
        times[i]!.set(frame.event_id, performance.now())
      if (frame.type === 'message_completed')
        resolve()
    })
  }))
  await fetch(`${near}/api/sessions`, { method: 'POST', body: JSON.stringify({ id: session }), headers: { 'content-type': 'application/json' } })
  await Promise.all(tabs.map(async (tab) => {
    tab.send(JSON.stringify({ type: 'subscribe', session_id: session }))
    tab.send(JSON.stringify({ type: 'ping' }))
    await new Promise<void>(resolve => tab.on('message', (data: Buffer) => (JSON.parse(data.toString()) as Frame).type === 'pong' && resolve()))
  }))
  tabs[0]!.send(JSON.stringify({ type: 'send_message', session_id: session, text: `/slow ${words}`, images: [], documents: [] }))
  await Promise.all(ended)
  tabs.forEach(tab => tab.terminate())
  return [...times[1]].flatMap(([id, heard]) => times[0].has(id) ? [heard - times[0].get(id)!] : [])
}

async function open(url: string): Promise<WebSocket> {
  const tab = new WebSocket(`${url.replace('http', 'ws')}/ws`)
  await once(tab, 'message') // the server's hello
  return tab
}
