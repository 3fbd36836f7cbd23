import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { deleteOldBatches, insertBatch, notify } from './newsRows.ts'

/** Milliseconds between two batches: an eye sees no difference, and the database writes one row for all that came. */
const GATHER_MS = 30
const AGAIN_MS = 250
/** Characters that wait for a database that is away. What is more is given up: others notice, and read anew. */
const MOST_CHARS = 16 * 1024 * 1024
/** Seconds for which news can still be read by a machine that did not hear them. */
const KEPT_S = 60
const TIDY_MS = 15_000

/** Tells other machines, in one order without a gap: each batch is a row, and a notification after it. */
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
    sending = sendBatch().finally(() => {
      sending = undefined
      sentAt = performance.now()
      schedule()
    })
  }

  async function sendBatch() {
    const batch = { machine, number: ++number, body: `[${waiting.flatMap(({ json, isTrue }) => isTrue?.() === false ? [] : [json]).join(',')}]` }
    waiting = []
    chars = 0
    while (!await isStored(batch)) {
      if (isOver)
        return
      await pause(AGAIN_MS, undefined, { ref: false })
    }
    await notify(pool, batch).catch((error: unknown) => log.warn(error, 'other machines hear some news later'))
  }

  async function isStored(batch: Parameters<typeof insertBatch>[1]): Promise<boolean> {
    try {
      await insertBatch(pool, batch)
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
