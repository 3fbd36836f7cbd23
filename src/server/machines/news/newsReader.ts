import type { FastifyBaseLogger } from 'fastify'
import type { Client, Pool } from 'pg'
import { CHANNEL, readBatches, readNewest, readNotification, renewMark, writeMark } from './newsRows.ts'

/** Milliseconds between two looks at the rows: a notification that is lost only delays. */
const LOOK_MS = 2000
const AGAIN_MS = 500
const AT_ONCE = 100

interface Hearing {
  /** In the order in which the machine told it. */
  hear: (machine: string, news: unknown) => void
  /** Some of what other machines told can be read no more. */
  miss: () => void
}

/** Hears what other machines tell: each one's in its order, with nothing left out that is not told to be missing. */
export function createNewsReader({ connect, pool, machine, log }: { connect: () => Promise<Client>, pool: Pool, machine: string, log: FastifyBaseLogger }, { hear, miss }: Hearing) {
  /** The newest of each machine's batches that was heard. */
  const places = new Map<string, number>()
  let client: Client | undefined
  let isOver = false
  let reading: Promise<void> = Promise.resolve()
  let again: NodeJS.Timeout | undefined

  const placeOf = (from: string) => places.get(from) ?? 0

  /** One after the other. */
  function inOrder(work: () => Promise<void> | void): Promise<void> {
    reading = reading.then(work).catch(lookLater)
    return reading
  }

  function take(from: string, number: number, body: string) {
    const place = placeOf(from)
    places.set(from, number)
    if (place && number > place + 1)
      miss()
    for (const news of JSON.parse(body) as unknown[])
      hear(from, news)
  }

  async function catchUp(from: string) {
    for (;;) {
      const batches = await readBatches(pool, from, placeOf(from), AT_ONCE)
      for (const { number, body } of batches)
        take(from, number, body)
      if (batches.length < AT_ONCE)
        return
    }
  }

  function onNotification({ payload = '' }: { payload?: string }) {
    const told = readNotification(payload)
    if (!told || told.machine === machine)
      return
    void inOrder(async () => {
      const isNext = () => told.number === placeOf(told.machine) + 1
      if (told.number > placeOf(told.machine) && (told.body === undefined || !isNext()))
        await catchUp(told.machine)
      if (told.body !== undefined && isNext()) // its row may not be there yet
        take(told.machine, told.number, told.body)
    })
  }

  /** While it is looked, what comes is heard: mostly nothing is missing then. */
  async function look() {
    if (!await renewMark(pool, machine)) {
      await writeMark(pool, machine) // what is told from now on is kept
      await inOrder(miss)
    }
    const newest = await readNewest(pool)
    await inOrder(async () => {
      for (const [from, number] of newest) {
        if (from !== machine && number > placeOf(from))
          await catchUp(from)
      }
    })
  }

  const lookLater = (error: unknown) => {
    if (!isOver)
      log.warn(error, 'what other machines told is heard later')
  }

  async function listen() {
    const listening = client = await connect()
    listening.on('notification', onNotification)
    listening.on('error', () => listening.emit('end'))
    listening.once('end', listenAgain)
    await listening.query(`listen ${CHANNEL}`)
  }

  function listenAgain() {
    if (isOver || again)
      return
    again = setTimeout(() => {
      again = undefined
      listen().then(() => look().catch(lookLater), (error: unknown) => {
        log.warn(error, 'other machines are not heard at once')
        listenAgain()
      })
    }, AGAIN_MS).unref()
  }

  const looking = setInterval(() => void look().catch(lookLater), LOOK_MS).unref()

  return {
    /** From now on. */
    async start() {
      await listen()
      await writeMark(pool, machine)
      await inOrder(async () => {
        for (const [from, newest] of await readNewest(pool))
          places.set(from, Math.max(newest, placeOf(from)))
      })
    },

    async close() {
      isOver = true
      clearInterval(looking)
      clearTimeout(again)
      await reading
      await client?.end().catch(() => {}) // it is gone already
    },
  }
}
