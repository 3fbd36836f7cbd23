import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusal } from '../../errors/problems.ts'
import { accountText } from '../../identity/account.ts'
import { createFairQueue } from '../../queues/fairQueue.ts'

/** Requests of one account that are worked on at the same time; the others wait before their bodies are read. A large page takes 15 ms of the only thread, and all that are under way are one stretch. */
const QUICK_AT_ONCE = 4
const LONG_AT_ONCE = 16

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Waits for a slow network, a check or an agent: such requests have places of their own, and hold up no others. */
    takesLong?: boolean
  }
}

/**
 * Thousands of requests that come in one moment are thousands of pieces of work at a stretch, and who asks behind them
 * waits for all. So each account has a few under way, and whatever else came has its turn between two of them.
 */
export function takeRequestsInTurn(app: FastifyInstance) {
  const quick = createFairQueue({ atOnce: Infinity, perKey: QUICK_AT_ONCE })
  const long = createFairQueue({ atOnce: Infinity, perKey: LONG_AT_ONCE })
  const leaving = new WeakMap<FastifyRequest, () => void>()

  app.addHook('onRequest', async (request, reply) => {
    if (!isCounted(request))
      return
    const queue = request.routeOptions.config.takesLong ? long : quick
    const end = await queue.acquire(accountText(request.account), closingOf(reply))
    const leave = () => void setImmediate(end)
    leaving.set(request, leave)
    reply.raw.once('close', leave)
  })
  // What is sent from there on may take as long as its reader does.
  app.addHook('onSend', async request => void leaving.get(request)?.())
}

const isCounted = ({ identity, ws }: FastifyRequest) => (identity as unknown) !== undefined && !ws

/** Aborts when nobody waits for the answer any more. */
function closingOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(refusal(408, 'request_timeout', 'The connection was closed before the request had its turn.'))
  if (raw.closed || raw.socket?.destroyed)
    abort()
  raw.once('close', abort)
  return controller.signal
}
