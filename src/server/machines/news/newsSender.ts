import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { deleteOldBatches, fitsNotification, insertBatches, notify, type Batch } from './newsRows.ts'

/** Milliseconds from one batch to the next: an eye sees no difference, and the database is asked once for all that came. */
const GATHER_MS = 30
const AGAIN_MS = 250
/** Of news in a batch: with the machine's name it is below what a notification holds. */
const BATCH_BYTES = 7800
/** Characters that wait for a database that is away. What is more is given up: others notice, and read anew. */
const MOST_CHARS = 16 * 1024 * 1024
/** Seconds for which news can still be read by a machine that did not hear them. */
const KEPT_S = 60
const TIDY_MS = 15_000

/** Tells other machines, in one order without a gap: each batch is a row, and a notification beside it. */
export function createNewsSender({ pool, machine, log }: { pool: Pool, machine: string, log: FastifyBaseLogger }) {
  let waiting: { json: string, isTrue?: () => boolean }[] = []
  let chars = 0
  let number = 0
  let sentAt = -Infinity
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  let isOver = false

  const tidying = setInterval(() => void deleteOldBatches(pool, KEPT_S).catch((error: unknown) => log.warn(error, 'old news were not removed')), TIDY_MS).unref()

  function schedule() {
    if (!sending && waiting.length)
      timer ??= setTimeout(flush, Math.max(0, sentAt + GATHER_MS - performance.now()))
  }

  function flush() {
    timer = undefined
    sentAt = performance.now()
    sending = sendAll().finally(() => {
      sending = undefined
      schedule()
    })
  }

  async function sendAll() {
    const batches = toBatches(waiting.flatMap(({ json, isTrue }) => isTrue?.() === false ? [] : [json]))
    waiting = []
    chars = 0
    // Who is told need not wait for the rows, which are for those who were not listening. Before the next batch both are done.
    const isTold = batches.every(fitsNotification) && tellOthers(batches)
    await store(batches)
    await (isTold || tellOthers(batches))
  }

  /** Each as large as a notification can be; one that is larger by itself is alone. */
  function toBatches(news: readonly string[]): Batch[] {
    const bodies: string[][] = []
    let size = 0
    for (const json of news) {
      const bytes = Buffer.byteLength(json) + 1
      if (!bodies.length || size + bytes > BATCH_BYTES) {
        bodies.push([])
        size = 0
      }
      bodies.at(-1)?.push(json)
      size += bytes
    }
    return bodies.map(body => ({ machine, number: ++number, body: `[${body.join(',')}]` }))
  }

  async function store(batches: readonly Batch[]) {
    while (!await isStored(batches) && !isOver)
      await pause(AGAIN_MS, undefined, { ref: false })
  }

  const tellOthers = (batches: readonly Batch[]) =>
    notify(pool, batches).catch((error: unknown) => log.warn(error, 'other machines hear some news later'))

  async function isStored(batches: readonly Batch[]): Promise<boolean> {
    try {
      await insertBatches(pool, batches)
      return true
    }
    catch (error) {
      log.warn(error, 'other machines hear nothing now; this is tried again')
      return false
    }
  }

  return {
    /** @param news what JSON can hold @param isTrue whether it may still be told when it is: it may have waited for long */
    send(news: unknown, isTrue?: () => boolean) {
      if (isOver)
        return // the machine has said goodbye
      const json = JSON.stringify(news)
      if (chars + json.length > MOST_CHARS) {
        waiting = []
        chars = 0
        number++ // which others miss
      }
      waiting.push({ json, isTrue })
      chars += json.length
      schedule()
    },

    /** Resolves when what was said is told, or cannot be. */
    async close() {
      clearInterval(tidying)
      for (let tries = 0; (sending || waiting.length) && tries < 20; tries++) {
        schedule()
        await (sending ?? pause(GATHER_MS))
      }
      isOver = true
      clearTimeout(timer)
    },
  }
}
