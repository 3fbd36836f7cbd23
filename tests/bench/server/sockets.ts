import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Row } from '../table.ts'
import { startServer } from './processes.ts'

const SOCKETS = 1000

/** Tabs that are open and do nothing. */
export async function sockets(): Promise<Row[]> {
  const server = await startServer()
  const before = await server.memory()
  const tabs: WebSocket[] = []
  const begun = performance.now()
  for (let i = 0; i < SOCKETS; i++) {
    const tab = new WebSocket(`${server.url.replace('http', 'ws')}/ws`)
    await once(tab, 'message') // the server's hello
    tabs.push(tab)
  }
  const opened = (performance.now() - begun) / SOCKETS
  const after = await server.memory()
  const asked = performance.now()
  await (await fetch(`${server.url}/healthz`)).text()
  const answered = performance.now() - asked
  process.stderr.write('.')
  tabs.forEach(tab => tab.terminate())
  await server.stop()
  return [
    { work: `memory of each of ${SOCKETS} idle sockets`, unit: 'kB', app: [(after.now - before.now) * 1024 / SOCKETS] },
    { work: 'opening one of them', unit: 'ms', app: [opened] },
    { work: 'a request while they are open', unit: 'ms', app: [answered] },
  ]
}
