import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { FairQueue } from '../queues/fairQueue.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { SERVER_STOPS } from './interrupted.ts'
import { runTurn, type TurnDeps } from './turn.ts'

interface SessionQueue {
  session: SessionKey
  /** Ids of messages that wait for their turn. */
  waiting: string[]
  controller: AbortController
  /** When everything that waited is done. */
  done: Promise<void>
}

export type Turns = ReturnType<typeof createTurns>

/** Sends to one session are answered in order; sessions side by side. */
export function createTurns(deps: TurnDeps, sessions: Sessions, places: FairQueue) {
  const { live, log } = deps
  const queues = new Map<string, SessionQueue>()
  let closed = false

  async function work(queue: SessionQueue) {
    const { session } = queue
    for (let next = queue.waiting.shift(); next !== undefined; next = queue.waiting.shift()) {
      queue.controller = new AbortController()
      const { signal } = queue.controller
      const leave = await takePlace(session, signal)
      try {
        if (signal.reason !== SERVER_STOPS || leave) // what had not begun waits for the next start
          await runTurn(deps, next, signal)
      }
      catch (error) {
        // The turn tells its own failures; this is the database refusing. The next start settles what is left.
        log.error(error, 'a turn could not be recorded')
      }
      finally {
        leave?.()
      }
    }
    queues.delete(keyText(session))
    live.setBusy(session, false)
    await sessions.announce(session).catch(error => log.error(error, 'the end of a turn was not announced'))
  }

  /** Where too many turns run, it waits for its tenant's next place, and says so. Undefined where it was stopped meanwhile. */
  async function takePlace(session: SessionKey, signal: AbortSignal): Promise<(() => void) | undefined> {
    const waits = places.isFull(session.tenant)
    if (waits)
      await tellWaiting(session, true)
    try {
      return await places.acquire(session.tenant, signal)
    }
    catch (error) {
      if (!signal.aborted)
        throw error
      return undefined
    }
    finally {
      if (waits)
        void tellWaiting(session, false)
    }
  }

  async function tellWaiting(session: SessionKey, isWaiting: boolean) {
    live.setWaiting(session, isWaiting)
    await sessions.announce(session).catch(error => log.error(error, 'a change of a session was not announced'))
  }

  function stop(session: SessionKey, reason?: Error) {
    queues.get(keyText(session))?.controller.abort(reason)
  }

  async function drop(session: SessionKey, reason?: Error) {
    const queue = queues.get(keyText(session))
    queue?.waiting.splice(0)
    stop(session, reason)
    await queue?.done
  }

  return {
    /** A closed queue takes nothing: the message stays accepted, and the next start asks the agent. */
    enqueue(session: SessionKey, messageId: string) {
      if (closed)
        return
      const queue = queues.get(keyText(session))
      if (queue) {
        queue.waiting.push(messageId)
        return
      }
      const started: SessionQueue = { session, waiting: [messageId], controller: new AbortController(), done: Promise.resolve() }
      queues.set(keyText(session), started)
      live.setBusy(session, true)
      started.done = work(started)
    },

    /** Ends the running turn; what was said is kept, and what waits still runs. */
    stop: (session: SessionKey) => stop(session),

    /** Ends the running turn, forgets what waits, and resolves when nothing of the session runs any more. */
    drop: (session: SessionKey) => drop(session),

    /** As `drop`, for all sessions. In the database what waits is still accepted, and is asked after the next start. */
    async close() {
      closed = true
      await Promise.all(Array.from(queues.values(), ({ session }) => drop(session, SERVER_STOPS)))
    },
  }
}
