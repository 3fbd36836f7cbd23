import { setTimeout as pause } from 'node:timers/promises'
import { SERVER_STOPS } from '../agents/agent.ts'
import { onBehalfOf } from '../identity/onBehalf.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import { awaitPlace } from '../queues/awaitPlace.ts'
import type { FairQueue } from '../queues/fairQueue.ts'
import { createSaving } from '../queues/saving.ts'
import { limitTime } from '../queues/timeLimit.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { MessageRow } from '../storage/database/database.ts'
import { awaitEditing, type EditingLimits } from '../storage/editing/editingRows.ts'
import { readAsked } from './content/askedContent.ts'
import { holdPlace, takeNext, type HeldPlace, type SessionQueue } from './sessionQueue.ts'
import { createSteering } from './steering/steering.ts'
import { runTurn, type TurnDeps } from './turn.ts'

/** The session stays this machine's until that is over. @returns how to end it; undefined where it is not this machine's any more */
type KeepSession = (session: SessionKey) => (() => void) | undefined

/** So long is waited at most until a stopped turn is recorded. */
const STOP_MS = 5000

export type Turns = ReturnType<typeof createTurns>

/** Sends to one session are answered in order; sessions side by side. */
export function createTurns({ keep, ...needed }: Omit<TurnDeps, 'announce' | 'saving'> & { keep: KeepSession }, sessions: Sessions, places: FairQueue, limits: EditingLimits & { turnMs: number }) {
  const deps = { ...needed, announce: sessions.announce }
  const { live, log } = deps
  const queues = new Map<string, SessionQueue>()
  let closed = false

  async function work(queue: SessionQueue) {
    const { session } = queue
    const take = () => takeNext(queue, id => editedUntil(queue, id), waits => void tellWaiting(session, waits))
    for (let next = await take(); next !== undefined; next = await take()) {
      queue.controller = new AbortController()
      const { signal } = queue.controller
      let ended = () => {}
      queue.ending = new Promise<void>((resolve) => { ended = resolve })
      const leave = await awaitPlace(places, session.tenant, signal, waits => tellWaiting(session, waits))
      const endLimit = limitTime(queue.controller, { milliseconds: limits.turnMs, isPaused: () => live.isAsking(session) })
      try {
        if (signal.reason !== SERVER_STOPS || leave) // what had not begun waits for the next start
          await runSteered(queue, next, signal, ended)
      }
      catch (error) {
        // The turn tells its own failures; this is the database refusing. The next start finishes what is left.
        log.error(error, 'a turn could not be recorded')
      }
      finally {
        queue.saving.end()
        endLimit()
        leave?.()
        ended()
      }
    }
    if (queues.get(keyText(session)) !== queue)
      return // another machine goes on with it
    queues.delete(keyText(session))
    live.setBusy(session, false)
    await sessions.announce(session)
  }

  /** In the past where nobody edits it, or where the database does not say. */
  function editedUntil(queue: SessionQueue, messageId: string): Promise<number> {
    const isGone = () => queue.waiting[0]?.id !== messageId
    return queue.saving.keepTrying(() => awaitEditing(deps.database, messageId, limits), isGone).catch((error: unknown) => {
      log.warn(error, 'whether a message is being edited is not known')
      return 0
    })
  }

  /** What was added, and not taken by the agent, is the next. */
  async function runSteered(queue: SessionQueue, messageId: string, signal: AbortSignal, onEnded: () => void) {
    const steering = queue.steering = createSteering()
    try {
      await runTurn({ ...deps, saving: queue.saving }, messageId, signal, steering, onEnded)
    }
    finally {
      const { left } = await steering.close()
      if (!signal.aborted || signal.reason !== SERVER_STOPS)
        queue.waiting.unshift(...left.map(id => ({ id })))
    }
  }

  async function tellWaiting(session: SessionKey, isWaiting: boolean) {
    live.setWaiting(session, isWaiting)
    await sessions.announce(session)
  }

  function stop(session: SessionKey, reason?: Error) {
    queues.get(keyText(session))?.controller.abort(reason)
  }

  async function drop(session: SessionKey, reason?: Error) {
    const queue = queues.get(keyText(session))
    queue?.waiting.splice(0)
    queue?.wake()
    stop(session, reason)
    await queue?.done
  }

  return {
    /**
     * A closed queue takes nothing: the message stays accepted, and the next start asks the agent. So does whoever takes
     * the session where the right to it was lost meanwhile: what begins here now, and all that would wait behind it,
     * could write nothing.
     */
    enqueue(session: SessionKey, messageId: string) {
      const leave = closed ? undefined : keep(session)
      if (!leave)
        return
      const queue = queues.get(keyText(session))
      if (queue) {
        queue.waiting.push({ id: messageId })
        return leave()
      }
      const started: SessionQueue = { session, waiting: [{ id: messageId }], saving: createSaving(change => void (live.countUnsaved(session, change) && sessions.announce(session))), controller: new AbortController(), wake: () => {}, ending: Promise.resolve(), done: Promise.resolve() }
      queues.set(keyText(session), started)
      live.setBusy(session, true)
      started.done = onBehalfOf(session.tenant, () => work(started)).finally(leave)
    },

    /** The agent takes messages into a turn that runs. */
    canSteer: deps.agent.steers === true,

    /** Its files lie in the workspace then. */
    readAsked: (row: MessageRow) => readAsked(deps, row),

    /** A turn runs, or waits to. */
    isBusy: (session: SessionKey) => queues.has(keyText(session)),

    /** Undefined for what does not wait: it runs, or has run. */
    hold(session: SessionKey, messageId: string): HeldPlace | undefined {
      const queue = queues.get(keyText(session))
      return queue && holdPlace(queue, messageId)
    },

    /**
     * Ends the running turn; what was said is kept, and what waits still runs. Resolves when that is recorded, so that no
     * start of the server goes on with it; where the database does not answer, after some seconds.
     */
    async stop(session: SessionKey): Promise<void> {
      const ending = queues.get(keyText(session))?.ending
      stop(session)
      await Promise.race([ending, pause(STOP_MS, undefined, { ref: false })])
    },

    /** Ends the running turn, forgets what waits, and resolves when nothing of the session runs any more. */
    drop: (session: SessionKey) => drop(session),

    /** Another machine may go on with what runs: nothing of it is told or written here any more. Resolves when nothing runs. */
    async abandon(session: SessionKey) {
      const ended = drop(session, SERVER_STOPS)
      queues.delete(keyText(session))
      live.setBusy(session, false)
      await ended
    },

    /** As `drop`, for all sessions. In the database what waits is still accepted, and is asked after the next start. */
    async close() {
      closed = true
      await Promise.all(Array.from(queues.values(), ({ session }) => drop(session, SERVER_STOPS)))
    },
  }
}
