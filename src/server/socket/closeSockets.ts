import type { FastifyInstance } from 'fastify'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocketServer } from 'ws'

/** How long a browser may take to say goodbye. */
const GOODBYE_MS = 2000

/** Says goodbye, and disconnects those who do not answer. */
export async function closeSockets(server: WebSocketServer) {
  const closed = Array.from(server.clients, async (socket) => {
    const end = once(socket, 'close')
    socket.close(1001, 'The server is stopping.')
    await Promise.race([end, pause(GOODBYE_MS, undefined, { ref: false })])
    socket.terminate()
  })
  server.close()
  await Promise.all(closed)
}

/** Closes a connection whose server cannot do its work now. */
const TRY_AGAIN_LATER = 1013

/** Whoever is connected comes back, behind a balancer to a server that hears what happens. */
export function sendAway(server: WebSocketServer) {
  for (const socket of server.clients)
    socket.close(TRY_AGAIN_LATER, 'The server cannot reach its database.')
}

/**
 * Who wants to speak WebSocket while the server stops is refused before anything else looks at it: nobody would close
 * that connection any more, and the server would wait for it for ever.
 */
export function endLateUpgrades(app: FastifyInstance) {
  let isStopping = false
  app.addHook('preClose', async () => { isStopping = true })
  app.server.on('upgrade', (_request, socket) => {
    if (isStopping && socket instanceof Socket)
      setImmediate(() => socket.destroySoon()) // when the refusal is written
  })
}
