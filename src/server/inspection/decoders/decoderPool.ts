import { createFairQueue } from '../../queues/fairQueue.ts'

/** A thread or a process that works on one thing at a time, and may die over it. */
export interface Decoder<Request, Answer> {
  /** Undefined where it ended over the request. */
  ask(request: Request): Promise<Answer | undefined>
  end(): Promise<void>
  hasEnded(): boolean
}

export interface DecoderPoolOptions<Request, Answer> {
  start: () => Promise<Decoder<Request, Answer>>
  /** Decoders at the same time, and of one tenant: hostile files of one never occupy them all. */
  atOnce: number
  perTenant: number
  /** Milliseconds for one request. */
  timeLimit: number
  /** Milliseconds without work after which a decoder is given back. */
  idleLimit: number
}

const CLOSED = 'no file is opened any more: the server is closing'

/** Opens files of strangers outside of the server itself, each tenant in its turn, none for long. */
export function createDecoderPool<Request, Answer>({ start, atOnce, perTenant, timeLimit, idleLimit }: DecoderPoolOptions<Request, Answer>) {
  const queue = createFairQueue({ atOnce, perKey: perTenant })
  const all = new Set<Decoder<Request, Answer>>()
  const free: Decoder<Request, Answer>[] = []
  const underWay = new Set<Promise<unknown>>()
  let idle: NodeJS.Timeout | undefined
  let closed = false

  async function endAll() {
    clearTimeout(idle)
    free.splice(0)
    await Promise.all(Array.from(all, decoder => end(decoder)))
  }

  async function end(decoder: Decoder<Request, Answer>) {
    all.delete(decoder)
    await decoder.end()
  }

  async function take() {
    const known = free.pop()
    if (known && !known.hasEnded())
      return known
    const started = await start()
    all.add(started)
    return started
  }

  async function work(request: Request): Promise<Answer | undefined> {
    if (closed)
      throw new Error(CLOSED)
    clearTimeout(idle)
    const decoder = await take()
    const timer = setTimeout(() => void end(decoder), timeLimit)
    const answer = await decoder.ask(request)
    clearTimeout(timer)
    if (closed)
      throw new Error(CLOSED)
    if (decoder.hasEnded())
      all.delete(decoder)
    else
      free.push(decoder)
    if (queue.running <= 1)
      idle = setTimeout(() => void endAll(), idleLimit).unref()
    return answer
  }

  return {
    /** Undefined where the request took too long or too much. @throws where no decoder could be started, or the server is closing */
    async ask(tenant: string, request: Request): Promise<Answer | undefined> {
      const asked = queue.run(tenant, () => work(request))
      const finished = asked.catch(() => undefined)
      underWay.add(finished)
      try {
        return await asked
      }
      finally {
        underWay.delete(finished)
      }
    },

    async close() {
      closed = true
      await endAll()
      await Promise.all(underWay)
    },
  }
}
