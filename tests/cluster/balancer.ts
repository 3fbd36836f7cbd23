import { once } from 'node:events'
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'
import type { Random } from '../torture/random.ts'

/** Milliseconds on the way there, and on the way back: a server around the corner, or on another continent. */
const LATENCY_MS = { least: 2, most: 90 }
const LOOK_MS = 1000
/** Of the streams, those that end in the middle, as where a balancer is restarted. */
const CUT = 0.15
const CUT_WITHIN_MS = 4000

export type Balancer = Awaited<ReturnType<typeof openBalancer>>

/** What stands before several servers: it sends each request to the next one that says it is ready, over a distance, and passes streams as they come. */
export async function openBalancer(urls: readonly string[], random: Random) {
  let ready: readonly string[] = urls
  let next = 0
  const counts = { requests: 0, cut: 0, unreachable: 0 }

  async function look() {
    const answers = await Promise.all(urls.map(url => fetch(`${url}/readyz`, { signal: AbortSignal.timeout(LOOK_MS) }).then(({ ok }) => ok, () => false)))
    ready = urls.filter((_, i) => answers[i])
  }
  const looking = setInterval(() => void look(), LOOK_MS)

  function pass(request: IncomingMessage, response: ServerResponse) {
    counts.requests++
    const some = ready.length ? ready : urls
    const latency = random.int(LATENCY_MS.least, LATENCY_MS.most)
    const onward = ask(new URL(request.url!, some[next++ % some.length]), { method: request.method, headers: without(request.headers), agent: false })
    request.pipe(distance(latency)).pipe(onward)
    response.on('close', () => onward.destroy())
    onward.on('error', () => {
      counts.unreachable++
      if (response.headersSent)
        response.destroy()
      else
        response.writeHead(502).end('no server answers')
    })
    onward.on('response', (answer) => {
      answer.on('error', () => response.destroy())
      response.writeHead(answer.statusCode!, without(answer.headers))
      answer.pipe(distance(latency)).pipe(response)
      if (answer.headers['content-type']?.startsWith('text/event-stream') && random.chance(CUT))
        cutLater(response)
    })
  }

  function cutLater(response: ServerResponse) {
    const timer = setTimeout(() => {
      counts.cut++
      response.destroy()
    }, random.int(0, CUT_WITHIN_MS))
    response.on('close', () => clearTimeout(timer))
  }

  const server = createServer(pass)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close() {
      clearInterval(looking)
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Timers of one length fire in the order in which they were set: nothing overtakes anything. */
const distance = (milliseconds: number) => new Transform({
  transform(chunk, _encoding, done) {
    setTimeout(() => this.push(chunk), milliseconds)
    done()
  },
  flush: done => void setTimeout(done, milliseconds),
})

/** How a connection is kept is said by each side for itself. */
const without = ({ connection: _, ...headers }: IncomingHttpHeaders) => headers
