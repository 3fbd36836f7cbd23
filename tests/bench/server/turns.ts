import { once } from 'node:events'
import { WebSocket } from 'ws'
import { quantile } from '../statistics.ts'
import type { Row } from '../table.ts'
import { startServer } from './processes.ts'

const AT_ONCE = 16
const TOOLS = 12
const PARTS_TURNS = 20

const script = (n: number) => Array.from({ length: TOOLS }, (_, i) => i % 2 ? `/read part-${n}-${i - 1}.txt` : `/write part-${n}-${i}.txt some words of file ${i}`).join('\n')

/** Turns at once with a dozen tools each, and what one part costs on its way to one tab. */
export async function turns(runs: number): Promise<Row[]> {
  const server = await startServer()
  const all: number[] = []
  const each: number[] = []
  for (let run = 0; run <= runs; run++) {
    const begun = performance.now()
    const times = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => runTurn(server.url, `at-once-${run}-${i}`, script(run))))
    if (run === 0)
      continue // it warms up
    all.push(performance.now() - begun)
    each.push(...times.map(({ ms }) => ms))
    process.stderr.write('.')
  }
  const before = await server.cpu()
  let bytes = 0
  let parts = 0
  for (let turn = 0; turn < PARTS_TURNS; turn++) {
    const told = await runTurn(server.url, 'parts', script(turn))
    bytes += told.partBytes
    parts += told.parts
  }
  const cpu = await server.cpu() - before
  const { peak } = await server.memory()
  await server.stop()
  return [
    { work: `${AT_ONCE} turns at once of ${TOOLS} tools each, all of them`, unit: 'ms', app: all },
    { work: 'one of them', unit: 'ms', app: each },
    { work: 'one of them, 95th percentile', unit: 'ms', app: [quantile(each, 0.95)] },
    { work: 'memory of the server at most', unit: 'MB', app: [peak] },
    { work: 'a part to one tab, added and updated', unit: 'kB', app: [bytes / parts / 1000] },
    { work: 'the server\'s processor time for a part, with its file on the disk', unit: 'ms', app: [cpu / parts] },
  ]
}

/** From the message's way out to the last word of its answer; bytes are those of the frames that told its parts. */
async function runTurn(url: string, session: string, text: string): Promise<{ ms: number, partBytes: number, parts: number }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
  await once(socket, 'message') // the server's hello
  const begun = performance.now()
  let partBytes = 0
  const parts = new Set<string>()
  const ended = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string, part?: { id: string }, problem?: { detail: string } }
      if (frame.type === 'part_added' || frame.type === 'part_updated') {
        partBytes += data.length
        parts.add(frame.part!.id)
      }
      if (frame.type === 'message_completed')
        resolve()
      if (frame.type === 'turn_failed' || frame.type === 'error')
        reject(new Error(frame.problem?.detail))
    })
  })
  socket.send(JSON.stringify({ type: 'send_message', session_id: session, text, images: [], documents: [] }))
  await ended
  const ms = performance.now() - begun
  socket.terminate()
  if (parts.size !== TOOLS)
    throw new Error(`a turn had ${parts.size} parts`)
  return { ms, partBytes, parts: parts.size }
}
