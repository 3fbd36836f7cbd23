import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Share } from '../queues/budget.ts'
import { LIMITS } from '../../shared/attachments.ts'
import type { Rests } from './rests.ts'

/** A code of the protocol: the same again, later. */
const TRY_LATER = 1013

/** Milliseconds between two words about the same frame. */
const EVERY = 200

/** Milliseconds that a socket has to say goodbye, in which nothing is read from it. */
const GOODBYE_MS = 2000

/**
 * Tells how much of a large frame has arrived while it does, so that its sender sees progress and a connection that lives.
 * What has arrived is held until it is worked off: frames that never end would fill the memory.
 */
export function reportReceiving(socket: WebSocket, raw: Socket, held: Share, rests: Rests, tell: (bytes: number) => void) {
  let began = raw.bytesRead
  let told = 0

  let givenUp = false
  let arrived = 0 // bytes of whole frames that are being worked on

  socket.on('message', (data: Buffer) => {
    began = raw.bytesRead
    arrived += data.length
    hold(arrived) // also many that are small
  })

  function hold(bytes: number): boolean {
    if (givenUp)
      return false
    const isHeld = held.resize(bytes)
    if (!isHeld)
      giveUp()
    return isHeld
  }

  /** What goes on arriving until the other side closes, too, would be held as well. */
  function giveUp() {
    givenUp = true
    socket.close(TRY_LATER, 'Too much is being sent at the same time. It is taken after what is under way.')
    rests.begin('too much came')
    setTimeout(() => socket.terminate(), GOODBYE_MS).unref()
  }

  raw.on('data', () => {
    const bytes = raw.bytesRead - began
    if (bytes < LIMITS.binaryFrameBytes)
      return
    if (!hold(arrived + bytes) || Date.now() - told < EVERY)
      return
    told = Date.now()
    tell(bytes)
  })

  return {
    /** Too much came: what arrived and was not begun is not taken, and is sent again later. */
    isGivenUp: () => givenUp,

    /** A frame of so many bytes is answered. */
    workedOff(bytes: number) {
      arrived -= bytes
      if (socket.readyState === socket.OPEN)
        held.resize(arrived)
    },
  }
}
