import type { FastifyBaseLogger } from 'fastify'
import { randomUUID } from 'node:crypto'
import { StartError } from '../../../errors/startError.ts'
import { CONNECT_MS } from './connectionNames.ts'
import { translating } from './postgresErrors.ts'
import type { Reach } from './reach.ts'
import { whyNoDatabase } from './whyNoDatabase.ts'

/** Any number that other programs on this database are unlikely to take: "satchel" on a telephone's keys. */
const LOCK = 7_282_435
const AGAIN_MS = 1000
/** Milliseconds between two questions whether the database is there, or whether the lock can be had. */
const ASK_MS = 1000

/**
 * Keeps a second server off the same database, where it would take the first one's running turns for those of a crash.
 * Servers that know of each other share the lock, so that one that takes itself for the only one never runs beside them.
 * The lock is that of a connection of its own, so it ends with the process, however that ends. When the connection is
 * lost, another one takes the lock again. A server that has it meanwhile keeps the database until it ends, and for this
 * one it is away for so long. As the connection is always there, it also asks whether the database answers. @throws StartError
 */
export async function lockDatabase(url: string, { isShared, reach }: { isShared: boolean, reach: Reach }, log: Pick<FastifyBaseLogger, 'warn'>): Promise<{ release(): Promise<void> }> {
  const { default: { Client } } = await import('pg')
  const name = `satchel lock ${randomUUID()}`
  let client: InstanceType<typeof Client> | undefined
  let waiting: NodeJS.Timeout | undefined
  let isReleased = false

  async function take() {
    const taken = client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_MS, application_name: name, stream: reach.socket })
    taken.on('error', () => taken.emit('end'))
    taken.once('end', takeAgain)
    await taken.connect()
    // The database may not have noticed yet that an earlier connection is gone, and keep the lock for it.
    await taken.query('select pg_terminate_backend(pid, 2000) from pg_stat_activity where application_name = $1 and usename = current_user and datname = current_database() and pid <> pg_backend_pid()', [name])
    const isHeld = await tryLock(taken)
    reach.heard()
    ask(taken, isHeld)
    return isHeld
  }

  async function tryLock(asked: InstanceType<typeof Client>) {
    const { rows: [row] } = await asked.query<{ taken: boolean }>(`select pg_try_advisory_lock${isShared ? '_shared' : ''}($1) as taken`, [LOCK])
    return row?.taken === true
  }

  function ask(asked: InstanceType<typeof Client>, isHeld: boolean) {
    setTimeout(async () => {
      try {
        if (isHeld)
          await asked.query('select 1')
        else
          told(isHeld = await tryLock(asked))
        reach.heard()
        ask(asked, isHeld)
      }
      catch {
        // its end says it, too
      }
    }, ASK_MS).unref()
  }

  function told(isHeld: boolean) {
    if (!isHeld && !reach.isLost())
      log.warn('another Satchel took this database while this one had no connection to it, and they do not know of each other: this one goes on when that has ended')
    reach.setTaken('locked', !isHeld)
  }

  function takeAgain() {
    if (isReleased)
      return
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      take().then(
        told,
        (error: unknown) => { log.warn(error, 'the database is not locked against other servers'); takeAgain() },
      )
    }, AGAIN_MS)
    waiting.unref()
  }

  async function release() {
    isReleased = true
    clearTimeout(waiting)
    await client?.end().catch(() => {}) // it is gone already
  }

  const isTaken = await translating(take).catch(async (error: unknown) => {
    await release()
    throw new StartError(whyNoDatabase(error, url), { cause: error })
  })
  if (!isTaken) {
    await release()
    throw new StartError(isShared
      ? 'Another Satchel that takes itself for the only one is already running on this database. Stop it, and start it with MACHINES=many and a BLOB_STORE that all servers share.'
      : 'Another Satchel is already running on this database. Stop it, set DATABASE_URL to another one, or let both share it: with the same BLOB_STORE, and MACHINES=many.')
  }
  return { release }
}
