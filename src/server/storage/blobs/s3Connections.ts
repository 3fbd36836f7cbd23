import { Agent, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { S3_CONNECTIONS, S3_PATIENCE } from './s3Patience.ts'

/** S3 took the request and says nothing. It is not asked the same again at once: whoever waits is told. */
export class SilentStore extends Error {
  override readonly name = 'SilentStore'

  constructor() {
    super(`S3 said nothing for ${S3_PATIENCE.silentMs / 1000} s`)
  }
}

/** Not the client's own error for it, which it would take as a reason to try again. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection'
}

export type S3Connections = ReturnType<typeof createS3Connections>

/** Connections to S3 that end where nothing moves on them any more, whatever they were at. */
export function createS3Connections() {
  /** What is being read from them. */
  const bodies = new WeakMap<Socket, IncomingMessage>()

  /** What has come is not fetched: whoever reads it takes their time. */
  const hasSlowReader = (socket: Socket) => {
    const body = bodies.get(socket)
    return body !== undefined && !body.readableEnded && body.readableLength > 0
  }

  function watch(socket: Socket) {
    socket.on('timeout', () => {
      const heard = socket.bytesRead
      setImmediate(() => { // a process that was frozen hears first what came meanwhile
        if (socket.bytesRead > heard || hasSlowReader(socket))
          socket.setTimeout(S3_PATIENCE.silentMs)
        else
          socket.destroy(new SilentStore())
      })
    })
  }

  function watching<Kind extends Agent>(agent: Kind): Kind {
    const create = agent.createConnection.bind(agent)
    agent.createConnection = (options, done) => {
      const socket = create(options, done)
      if (socket)
        watch(socket as Socket)
      return socket
    }
    return agent
  }

  const options = { keepAlive: true, maxSockets: S3_CONNECTIONS, timeout: S3_PATIENCE.silentMs }
  return {
    httpAgent: watching(new Agent(options)),
    httpsAgent: watching(new TlsAgent(options)),

    /** From now on somebody reads it, as slowly as they like. */
    reads: (body: IncomingMessage): void => void bodies.set(body.socket, body),
  }
}
