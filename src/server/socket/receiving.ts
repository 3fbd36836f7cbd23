import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Share } from '../queues/budget.ts'
import { LIMITS } from '../../shared/attachments.ts'

/** A code of the protocol: the same again, later. */
const TRY_LATER = 1013

/** Milliseconds between two words about the same frame. */
const EVERY = 200

/**
 * Tells how much of a large frame has arrived while it does, so that its sender sees progress and a connection that lives.
 * What has arrived is held until it is worked off: frames that never end would fill the memory.
 */
export function reportReceiving(socket: WebSocket, raw: Socket, held: Share, tell: (bytes: number) => void) {
  let began = raw.bytesRead
  let told = 0

  let arrived = 0 // bytes of whole frames that are being worked on

  socket.on('message', (data: Buffer) => {
    began = raw.bytesRead
    arrived += data.length
  })
  raw.on('data', () => {
    const bytes = raw.bytesRead - began
    if (bytes < LIMITS.binaryFrameBytes)
      return
    if (!held.resize(arrived + bytes))
      return socket.close(TRY_LATER, 'Too much is being sent at the same time. It is taken after what is under way.')
    if (Date.now() - told < EVERY)
      return
    told = Date.now()
    tell(bytes)
  })

  return {
    /** A frame of so many bytes is answered. */
    workedOff(bytes: number) {
      arrived -= bytes
      if (socket.readyState === socket.OPEN && arrived === 0)
        held.resize(0)
    },
  }
}
