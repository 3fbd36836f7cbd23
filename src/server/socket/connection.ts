import type { WebSocket } from 'ws'
import type { ServerFrame } from '../../shared/protocol/frames.ts'
import type { Events, KeptEvent } from '../events/events.ts'

/** Bytes that may wait for a slow reader before its subscriptions are dropped. */
const SLOW_BYTES = 8 * 1024 * 1024
/** Bytes from which on nobody reads any more, and the connection is given up. */
const GONE_BYTES = 4 * SLOW_BYTES

export type Connection = ReturnType<typeof createConnection>

/** One socket and the sessions it follows, all of one tenant. */
export function createConnection(socket: WebSocket, tenant: string, events: Events) {
  const followed = new Set<string>()

  function write(json: string) {
    if (socket.readyState !== socket.OPEN)
      return
    if (socket.bufferedAmount > GONE_BYTES)
      return socket.terminate()
    socket.send(json)
  }

  const send = (frame: ServerFrame) => write(JSON.stringify(frame))

  function resync(sessionId: string) {
    followed.delete(sessionId)
    send({ type: 'resync_required', session_id: sessionId })
  }

  function deliver(event: KeptEvent) {
    if (event.session.tenant !== tenant)
      return
    const { id } = event.session
    const follows = followed.has(id)
    if (!follows && !event.forEveryone)
      return
    if (socket.bufferedAmount <= SLOW_BYTES)
      write(event.json)
    else if (follows)
      resync(id) // it reloads over REST, which costs the server nothing until it does
  }

  const stopListening = events.listen(deliver)

  return {
    send,

    /** From now on. */
    follow(sessionId: string) {
      followed.add(sessionId)
    },

    /** What came after that event, then what comes: in one go, so that nothing falls between. */
    async followAfter(sessionId: string, eventId: number) {
      await events.open({ tenant, id: sessionId })
      const missed = events.after({ tenant, id: sessionId }, eventId)
      if (!missed)
        return resync(sessionId)
      for (const { json } of missed)
        write(json)
      followed.add(sessionId)
    },

    close: stopListening,
  }
}
