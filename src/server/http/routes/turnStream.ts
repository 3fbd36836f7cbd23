import type { FastifyReply } from 'fastify'
import { PassThrough } from 'node:stream'
import type { ServerFrame, SessionEvent } from '../../../shared/protocol/frames.ts'
import type { Accepted } from '../../messages/insertion.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { TurnFollower } from '../../turns/follow.ts'
import { sentId } from '../../messages/messageStore.ts'

/** So that nobody between us takes the connection for dead. */
const HEARTBEAT_MS = 15_000
/** Bytes that may wait for a slow reader before it is told to read the history instead. */
const SLOW_BYTES = 8 * 1024 * 1024

/** Answers a message with its turn, as server-sent events. Whoever leaves does not stop the turn. */
export function createTurnStreams(follower: TurnFollower) {
  const open = new Set<() => void>()

  return {
    /** @param after the last event that is known already, where the stream was cut off */
    async send(reply: FastifyReply, session: SessionKey, { message, replayed }: Accepted, after: number | undefined) {
      const stream = new PassThrough({ highWaterMark: 64 * 1024 })
      const heartbeat = setInterval(() => stream.write(': still here\n\n'), HEARTBEAT_MS)
      let stopFollowing = () => {}

      function end() {
        clearInterval(heartbeat)
        stopFollowing()
        open.delete(end)
        stream.end()
      }

      /** The rest is read over REST. */
      function giveUp() {
        write(stream, { type: 'resync_required', session_id: session.id })
        end()
      }

      function hear(event: SessionEvent, isLast: boolean) {
        if (stream.writableLength > SLOW_BYTES)
          return giveUp()
        write(stream, event, event.event_id)
        if (isLast)
          end()
      }

      open.add(end)
      stream.on('close', end)
      write(stream, { type: 'message_accepted', message_id: sentId(message), session_id: session.id, replayed, message })
      stopFollowing = await follower.follow(session, message, after, hear, giveUp).catch((error: unknown) => {
        end()
        throw error
      })
      if (stream.writableEnded) // everything was said already
        stopFollowing()
      return reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no', // proxies would collect it
      }).send(stream)
    },

    /** Nothing more is heard here: what was not said by now is read over REST, or from another server. */
    close() {
      for (const end of open)
        end()
    },
  }
}

function write(stream: PassThrough, frame: ServerFrame, id?: number) {
  if (!stream.writableEnded)
    stream.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`)
}
