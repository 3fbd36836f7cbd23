import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import { isPassing, ProblemError, refusal, storageProblem, unexpectedProblem } from '../../errors/problems.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import { fenced, LeaseLost } from '../../storage/database/fence/fence.ts'
import type { Entered, Leases } from '../leases/leases.ts'
import type { CallNews, createCalls, Reply } from './calls.ts'

/** How often it is looked anew where the session is: each time another machine has just begun to work on it. */
const TRIES = 10
/** Milliseconds before the second try; each later one waits longer. */
const AGAIN_MS = 20

/** @param answer may be called with the result before the work is done: what is told after it is heard after it */
type RoutedWork<Args, Result> = (session: SessionKey, args: Args, answer: (result: Result) => void) => Promise<Result>

/** Does the work where the session's turns run. Arguments and results are what JSON can hold. */
export type Routed<Args, Result> = (session: SessionKey, args: Args, onResult?: (result: Result) => void) => Promise<Result>

export interface Routes {
  /** Does the work with the right to write for the session. @returns undefined where another machine has it; nothing is done then */
  here: <Result>(session: SessionKey, work: () => Promise<Result>) => Promise<{ result: Result } | undefined>
  route: <Args, Result>(name: string, work: RoutedWork<Args, Result>) => Routed<Args, Result>
}

/** Of a machine that is the only one. */
export const HERE: Routes = {
  here: async (_session, work) => ({ result: await work() }),
  route: (_name, work) => (session, args, onResult = () => {}) => work(session, args, onResult),
}

/** Work that is done by the machine that has the session: this one where none has. */
export function createRoutes({ machine, leases, calls, send, log }: { machine: string, leases: Leases, calls: ReturnType<typeof createCalls>, send: (news: CallNews) => void, log: FastifyBaseLogger }) {
  const works = new Map<string, RoutedWork<unknown, unknown>>()

  /** Rejects where it is of no use: with that very error, or with words for who asked. */
  async function lookAgain(error: unknown, tried: number): Promise<void> {
    if (!(error instanceof LeaseLost))
      throw error
    if (tried >= TRIES)
      throw refusal(503, 'storage_unavailable', 'Other servers go on with this session just now. Try again in a moment.', { retryAfter: 1 })
    await leases.believe(error)
    await pause(AGAIN_MS * tried)
  }

  async function doHere<Args, Result>({ fence, leave }: Extract<Entered, { leave: unknown }>, work: RoutedWork<Args, Result>, args: Args, answer: (result: Result) => void): Promise<Result> {
    try {
      return await fenced(fence, () => work(fence.session, args, answer))
    }
    finally {
      leave()
    }
  }

  async function here<Result>(session: SessionKey, work: () => Promise<Result>): Promise<{ result: Result } | undefined> {
    for (let tried = 1; ; tried++) {
      try {
        const entered = await leases.enter(session)
        if (entered.elsewhere !== undefined)
          return undefined
        return { result: await doHere(entered, work, undefined, () => {}) }
      }
      catch (error) {
        await lookAgain(error, tried)
      }
    }
  }

  function route<Args, Result>(name: string, work: RoutedWork<Args, Result>): Routed<Args, Result> {
    works.set(name, work as RoutedWork<unknown, unknown>)
    return async (session, args, onResult = () => {}) => {
      for (let tried = 1; ; tried++) {
        try {
          const entered = await leases.enter(session)
          if (entered.elsewhere === undefined)
            return await doHere(entered, work, args, onResult)
          const answered = await calls.ask<Result>(entered.elsewhere, session, { name, args }, onResult)
          if (answered)
            return answered.result
        }
        catch (error) {
          await lookAgain(error, tried)
        }
      }
    }
  }

  /** What another machine asks for. */
  async function obey(from: string, { id, session, name, args }: Extract<CallNews, { type: 'call' }>) {
    let isAnswered = false
    const reply = (reply: Reply) => {
      if (!isAnswered)
        send({ type: 'reply', to: from, id, reply })
      isAnswered = true
    }
    try {
      const work = works.get(name)
      const entered = work && leases.epochOf(session) !== undefined ? await leases.enter(session) : undefined
      if (!work || !entered || entered.elsewhere !== undefined)
        return reply({ isMoved: true })
      reply({ result: await doHere(entered, work, args, result => reply({ result })) })
    }
    catch (error) {
      if (error instanceof LeaseLost) {
        void leases.believe(error)
        return reply({ isMoved: true })
      }
      if (!(error instanceof ProblemError))
        log.error(error, 'what another machine asked for was not done')
      reply({ problem: isPassing(error) ? storageProblem(error) : unexpectedProblem(error) })
    }
  }

  return {
    here,
    route,
    hear(from: string, news: CallNews) {
      if (news.to !== machine)
        return
      if (news.type === 'reply')
        calls.hear(news)
      else
        void obey(from, news)
    },
  }
}
