import type { FastifyInstance } from 'fastify'
import type { Socket } from 'node:net'
import { STOPPING } from '../errors/stopping.ts'
import { sendProblem } from './problemReplies.ts'

const LOOK_MS = 100

/**
 * When a server closes, the connections end that are idle at that moment. Two kinds would hold it up for
 * more than a minute: one that was just being answered and then waits for another request, and one that a browser
 * opened ahead and has never used. While the server is closing, both are looked for.
 */
export function closeIdleConnections(app: FastifyInstance) {
  const sockets = new Set<Socket>()
  let looking: NodeJS.Timeout | undefined

  app.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  function endIdle() {
    for (const socket of sockets) {
      if (socket.bytesRead === 0)
        socket.destroy()
    }
    app.server.closeIdleConnections()
  }

  app.addHook('preClose', async () => {
    looking = setInterval(endIdle, LOOK_MS)
  })
  app.addHook('onClose', async () => clearInterval(looking))
}

/** Who comes while the server stops is told so before anything else is looked at: behind a balancer another one answers. */
export function refuseWhileStopping(app: FastifyInstance) {
  let isStopping = false
  app.addHook('preClose', async () => { isStopping = true })
  app.addHook('onRequest', (request, reply, done) => {
    if (isStopping)
      return void sendProblem(request, reply, STOPPING)
    done()
  })
}
