import type { WebSocket } from 'ws'

export type Pausable = Pick<WebSocket, 'pause' | 'resume'>
export type Rests = ReturnType<typeof createRests>

/** Nothing is read from a socket while there is any reason for that. */
export function createRests(socket: Pausable) {
  const reasons = new Set<string>()

  return {
    begin(reason: string) {
      reasons.add(reason)
      socket.pause()
    },

    end(reason: string) {
      if (reasons.delete(reason) && !reasons.size)
        socket.resume()
    },
  }
}
