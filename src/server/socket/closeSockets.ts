import { once } from 'node:events'
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
