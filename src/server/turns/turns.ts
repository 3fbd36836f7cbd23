import type { Sessions } from '../sessions.ts'
import { runTurn, type TurnWorld } from './turn.ts'

interface SessionQueue {
  /** Ids of messages that wait for their turn. */
  waiting: string[]
  controller: AbortController
  /** When everything that waited is done. */
  done: Promise<void>
}

export type Turns = ReturnType<typeof createTurns>

/** Sends to one session are answered in order; sessions side by side. */
export function createTurns(world: TurnWorld, sessions: Sessions) {
  const { live, log } = world
  const queues = new Map<string, SessionQueue>()
  let closed = false

  async function work(sessionId: string, queue: SessionQueue) {
    for (let next = queue.waiting.shift(); next !== undefined; next = queue.waiting.shift()) {
      queue.controller = new AbortController()
      try {
        await runTurn(world, next, queue.controller.signal)
      }
      catch (error) {
        // The turn tells its own failures; this is the database refusing. The next start settles what is left.
        log.error(error, 'a turn could not be recorded')
      }
    }
    queues.delete(sessionId)
    live.setBusy(sessionId, false)
    await sessions.announce(sessionId).catch(error => log.error(error, 'the end of a turn was not announced'))
  }

  function stop(sessionId: string) {
    queues.get(sessionId)?.controller.abort()
  }

  async function drop(sessionId: string) {
    const queue = queues.get(sessionId)
    queue?.waiting.splice(0)
    stop(sessionId)
    await queue?.done
  }

  return {
    /** A closed queue takes nothing: the message stays accepted, and the next start asks the agent. */
    enqueue(sessionId: string, messageId: string) {
      if (closed)
        return
      const queue = queues.get(sessionId)
      if (queue) {
        queue.waiting.push(messageId)
        return
      }
      const started: SessionQueue = { waiting: [messageId], controller: new AbortController(), done: Promise.resolve() }
      queues.set(sessionId, started)
      live.setBusy(sessionId, true)
      started.done = work(sessionId, started)
    },

    /** Ends the running turn; what was said is kept, and what waits still runs. */
    stop,

    /** Ends the running turn, forgets what waits, and resolves when nothing of the session runs any more. */
    drop,

    /** As `drop`, for all sessions. In the database what waits is still accepted, and is asked after the next start. */
    async close() {
      closed = true
      await Promise.all(Array.from(queues.keys(), drop))
    },
  }
}
