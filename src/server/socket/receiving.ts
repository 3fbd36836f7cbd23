import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { LIMITS } from '../../shared/attachments.ts'

/** Milliseconds between two words about the same frame. */
const EVERY = 200

/** Tells how much of a large frame has arrived while it does, so that its sender sees progress and a line that lives. */
export function reportReceiving(socket: WebSocket, raw: Socket, tell: (bytes: number) => void): void {
  let began = raw.bytesRead
  let told = 0

  socket.on('message', () => { began = raw.bytesRead })
  raw.on('data', () => {
    const bytes = raw.bytesRead - began
    if (bytes < LIMITS.binaryFrameBytes || Date.now() - told < EVERY)
      return
    told = Date.now()
    tell(bytes)
  })
}
