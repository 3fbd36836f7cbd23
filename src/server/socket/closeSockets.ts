import type { FastifyInstance } from 'fastify'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocketServer } from 'ws'
import { refusal } from '../errors/problems.ts'

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

const CUT_OFF = 'The server cannot reach its database.'

/**
 * While this server cannot reach its database, and others may, nobody stays connected to it: behind a balancer they come
 * to a server that hears what happens.
 */
export function connectOnlyWithDatabase(app: FastifyInstance, { onCutOff, isCutOff }: { onCutOff: (listener: () => void) => void, isCutOff: () => boolean }) {
  onCutOff(() => app.websocketServer.clients.forEach(socket => socket.close(TRY_AGAIN_LATER, CUT_OFF)))
  app.addHook('preHandler', async ({ ws }) => {
    if (ws && isCutOff())
      throw refusal(503, 'not_ready', CUT_OFF)
  })
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
