import { Socket } from 'node:net'

/** Milliseconds between two looks whether the database has answered. */
const LOOK_MS = 1000
/**
 * So many looks without a word of the database are taken for a way that is cut. They are counted, and not the time, so
 * that a process that was frozen or busy hears first what came meanwhile.
 */
const SILENT_LOOKS = 8

export interface Reach {
  /** For a new connection to the database. */
  socket: () => Socket
  /** The database has answered. */
  heard: () => void
  /** The database is another server's for now, or not any more. @param why of several reasons none must be left */
  setTaken: (why: 'locked' | 'secret', isTaken: boolean) => void
  /** Nothing comes from the database any more, or it is another server's: for who needs it that is the same. */
  isLost: () => boolean
  /** Called once each time it is lost. */
  onLost: (listener: () => void) => void
  close: () => void
}

/**
 * The way to the database. Where it is cut so that nothing gets through, no connection ends by itself: who waits for an
 * answer waits for ever, and who takes such a connection next does, too. So they are ended here, all at once, as if
 * the database had ended them: what was under way is told to be tried again, and new connections come when they can.
 */
export function createReach(): Reach {
  const sockets = new Set<Socket>()
  const listeners: (() => void)[] = []
  let silent = 0
  const taken = new Set<string>()
  const tellLost = () => listeners.forEach(listener => listener())

  const looking = setInterval(() => {
    silent++
    if (silent === SILENT_LOOKS)
      tellLost()
    if (silent % SILENT_LOOKS === 0)
      sockets.forEach(socket => socket.destroy())
  }, LOOK_MS).unref()

  return {
    socket() {
      const socket = new Socket()
      sockets.add(socket)
      return socket.once('close', () => void sockets.delete(socket))
    },
    heard() {
      silent = 0
    },
    setTaken(why, isTaken) {
      if (isTaken && !taken.size)
        tellLost()
      taken[isTaken ? 'add' : 'delete'](why)
    },
    isLost: () => taken.size > 0 || silent >= SILENT_LOOKS,
    onLost: listener => void listeners.push(listener),
    close: () => clearInterval(looking),
  }
}
