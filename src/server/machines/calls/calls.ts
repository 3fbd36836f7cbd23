import { randomUUID } from 'node:crypto'
import type { Problem } from '../../../shared/protocol/problem.ts'
import { problem, ProblemError } from '../../errors/problems.ts'
import { STOPPING } from '../../errors/stopping.ts'
import { Undecided } from '../../errors/undecided.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'

/** Milliseconds after which it is looked whether the machine that was asked has the session still. */
const LOOK_MS = 1000
/** Longer than it takes another machine to go on with a session whose machine has ended. */
const PATIENCE_MS = 40_000

/** So long a machine that stops waits for others. */
const GOODBYE_MS = 2000

/** What one machine asks the one that works on a session to do, and how that came out. */
export type CallNews =
  | { type: 'call', to: string, id: string, session: SessionKey, name: string, args: unknown }
  | { type: 'reply', to: string, id: string, reply: Reply }

export type Reply =
  | { result: unknown, problem?: undefined, isMoved?: undefined }
  | { problem: Problem, isMoved?: undefined }
  /** It does not work on the session, and has done nothing. */
  | { isMoved: true, problem?: undefined }

interface CallDeps {
  send: (news: CallNews) => void
  /** The machine that works on the session now. */
  holderOf: (session: SessionKey) => Promise<string | undefined>
}

/** Asks other machines. Each answer comes in the order in which that machine tells everything else. */
export function createCalls({ send, holderOf }: CallDeps) {
  const waiting = new Map<string, (reply: Reply) => void>()
  let isStopping = false

  return {
    /**
     * @param onResult called with the result before anything is heard that the other machine told after it
     * @returns undefined where that machine has not done it, or may not have: it has the session no more
     * @throws Undecided where it does not answer, and may still do it
     */
    async ask<Result>(machine: string, session: SessionKey, { name, args }: { name: string, args: unknown }, onResult: (result: Result) => void): Promise<{ result: Result } | undefined> {
      const id = randomUUID()
      const end = performance.now() + PATIENCE_MS
      let looking: NodeJS.Timeout | undefined
      try {
        const reply = await new Promise<Reply>((resolve, reject) => {
          waiting.set(id, (reply) => {
            if ('result' in reply)
              onResult(reply.result as Result)
            resolve(reply)
          })
          looking = setInterval(() => {
            if (isStopping)
              return reject(new Undecided(STOPPING))
            if (performance.now() > end)
              return reject(new Undecided(problem(503, 'storage_unavailable', 'The server that works on this session does not answer. Try again in a moment.', { retryAfter: 5 })))
            holderOf(session).then(holder => holder !== machine && resolve({ isMoved: true }), () => undefined) // the database is away: it may come back
          }, LOOK_MS)
          send({ type: 'call', to: machine, id, session, name, args })
        })
        if (reply.problem)
          throw new ProblemError(reply.problem)
        return reply.isMoved ? undefined : { result: reply.result as Result }
      }
      finally {
        clearInterval(looking)
        waiting.delete(id)
      }
    },

    /** Who waits for another machine is told to come back: this one stops. */
    stop() {
      setTimeout(() => { isStopping = true }, GOODBYE_MS).unref()
    },

    hear({ id, reply }: Extract<CallNews, { type: 'reply' }>) {
      waiting.get(id)?.(reply)
    },
  }
}
