import type { FastifyInstance } from 'fastify'
import type { Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** How much is going on, beyond what the server's own connections show. */
export interface Counts {
  turnsRunning: number
  turnsWaiting: number
  largeRunning: number
  largeWaiting: number
  frameBytes: number
}

const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30]
const QUANTILES = [50, 99, 100]
const NANOSECONDS = 1e9

/** What the server does, for Prometheus. Labels are methods, routes as they are declared, and numbers: nothing of people or files. */
export function measure(app: FastifyInstance, counts: () => Counts): Registry {
  const registry = new Registry()
  const registers = [registry]
  countRequests(app, registers)
  countBytes(app, registers)
  watchLoop(app, registers)

  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({ name, help, registers, collect() { this.set(value()) } })
  gauge('satchel_sockets', 'WebSockets that are open', () => app.websocketServer.clients.size)
  gauge('satchel_turns_running', 'Answers that are being made', () => counts().turnsRunning)
  gauge('satchel_turns_waiting', 'Answers that wait for their turn', () => counts().turnsWaiting)
  gauge('satchel_large_messages_running', 'Messages over a megabyte that are being read and checked', () => counts().largeRunning)
  gauge('satchel_large_messages_waiting', 'Messages over a megabyte that wait for their turn', () => counts().largeWaiting)
  gauge('satchel_frame_bytes', 'Bytes of frames that are unfinished or being worked on', () => counts().frameBytes)
  gauge('process_resident_memory_bytes', 'Memory of the server, without its agents', () => process.memoryUsage.rss())
  gauge('process_start_time_seconds', 'When the server was started, since the epoch', () => Math.round(Date.now() / 1000 - process.uptime()))
  return registry
}

function countRequests(app: FastifyInstance, registers: Registry[]) {
  const requests = new Counter({ name: 'satchel_http_requests_total', help: 'Requests that were answered', labelNames: ['method', 'route', 'status'], registers })
  const errors = new Counter({ name: 'satchel_http_errors_total', help: 'Requests that failed by an error of the server', registers })
  const seconds = new Histogram({ name: 'satchel_http_request_seconds', help: 'Until a request was answered as a whole', buckets: SECONDS, registers })
  app.addHook('onResponse', (request, reply, done) => {
    requests.inc({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode })
    seconds.observe(reply.elapsedTime / 1000)
    if (reply.statusCode >= 500)
      errors.inc()
    done()
  })
}

/** Of all connections, closed ones too. */
function countBytes(app: FastifyInstance, registers: Registry[]) {
  const open = new Set<Socket>()
  const past = { bytesRead: 0, bytesWritten: 0 }
  app.server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      past.bytesRead += socket.bytesRead
      past.bytesWritten += socket.bytesWritten
    })
  })
  const total = (kind: keyof typeof past) => [...open].reduce((sum, socket) => sum + socket[kind], past[kind])
  const counter = (name: string, help: string, kind: keyof typeof past) => new Counter({ name, help, registers, collect() {
    this.reset()
    this.inc(total(kind))
  } })
  counter('satchel_received_bytes_total', 'Bytes that came over the network', 'bytesRead')
  counter('satchel_sent_bytes_total', 'Bytes that went over the network', 'bytesWritten')
  new Gauge({ name: 'satchel_connections', help: 'Network connections that are open', registers, collect() { this.set(open.size) } })
  new Counter({ name: 'process_cpu_seconds_total', help: 'Processor time of the server, without its agents', registers, collect() {
    const { user, system } = process.cpuUsage()
    this.reset()
    this.inc((user + system) / 1e6)
  } })
}

/** Since it was read last: who reads sees the worst moment in between. */
function watchLoop(app: FastifyInstance, registers: Registry[]) {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  app.addHook('onClose', async () => void delay.disable())
  new Gauge({ name: 'satchel_event_loop_delay_seconds', help: 'How late the server came to its work, since this was read last', labelNames: ['quantile'], registers, collect() {
    for (const quantile of QUANTILES)
      this.set({ quantile: quantile / 100 }, (delay.percentile(quantile) || 0) / NANOSECONDS)
    delay.reset()
  } })
}
