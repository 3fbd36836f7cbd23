import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { pdfBytes } from '../helpers/images.ts'
import { loopMs, VICTIM } from './server.ts'

// An innocent second tenant, in a process of its own: asks whether the server lives, and sends a one-page PDF, again
// and again. Started with the server's address and process; told to stop, it says what its slowest answers took, and how
// much the server itself had to do until it gave one: that is what is left of the waiting where nothing else runs.

const LONGEST_MS = 120_000
const [, , url = '', pid = ''] = process.argv
const slowest = { health: 0, pdf: 0, healthWork: 0, pdfWork: 0, failed: 0, later: 0 }
let stopping = false

async function measure(kind: 'health' | 'pdf', address: string, init?: () => RequestInit) {
  while (!stopping) {
    const begun = performance.now()
    const worked = await loopMs(pid)
    const late = setInterval(() => { slowest[kind] = Math.max(slowest[kind], performance.now() - begun) }, 100)
    try {
      const response = await fetch(url + address, { ...init?.(), signal: AbortSignal.timeout(LONGEST_MS) })
      await response.arrayBuffer()
      if (response.status === 503 && response.headers.has('retry-after'))
        slowest.later++
      else if (!response.ok)
        slowest.failed++
    }
    catch {
      slowest.failed++
    }
    clearInterval(late)
    slowest[kind] = Math.max(slowest[kind], performance.now() - begun)
    slowest[`${kind}Work`] = Math.max(slowest[`${kind}Work`], await loopMs(pid) - worked)
    await pause(kind === 'pdf' ? 1000 : 100)
  }
}

function pdf(): RequestInit {
  const body = new FormData()
  body.append('content', randomUUID())
  body.append('files', new Blob([pdfBytes() as Uint8Array<ArrayBuffer>]), 'one-page.pdf')
  return { method: 'POST', body, headers: { authorization: `Bearer ${VICTIM}` } }
}

await fetch(`${url}/api/sessions`, { method: 'POST', body: '{"id":"ivy"}', headers: { 'authorization': `Bearer ${VICTIM}`, 'content-type': 'application/json' } })
await fetch(`${url}/api/sessions/ivy/messages`, pdf()) // the first one waits for the reader of PDFs to be loaded
void measure('health', '/healthz')
void measure('pdf', '/api/sessions/ivy/messages', pdf)
process.send?.('ready')
process.on('message', () => {
  stopping = true
  process.send?.(slowest, () => process.exit())
})
