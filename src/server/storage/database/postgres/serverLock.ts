import type { FastifyBaseLogger } from 'fastify'
import { StartError } from '../../../errors/startError.ts'
import { CONNECT_MS } from './connectionNames.ts'
import { translating } from './postgresErrors.ts'
import type { Reach } from './reach.ts'
import { whyNoDatabase } from './whyNoDatabase.ts'

/** Any number that other programs on this database are unlikely to take: "satchel" on a telephone's keys. */
const LOCK = 7_282_435
const AGAIN_MS = 1000
/** Milliseconds between two questions whether the database is there. */
const ASK_MS = 1000

/**
 * Keeps a second server off the same database, where it would take the first one's running turns for those of a crash.
 * Servers that know of each other share the lock, so that one that takes itself for the only one never runs beside them.
 * The lock is that of a connection of its own, so it ends with the process, however that ends. When the connection is
 * lost, another one takes the lock again. As it is always there, it also asks whether the database answers. @throws StartError
 */
export async function lockDatabase(url: string, { isShared, reach }: { isShared: boolean, reach: Reach }, log: Pick<FastifyBaseLogger, 'warn'>): Promise<{ release(): Promise<void> }> {
  const { default: { Client } } = await import('pg')
  let client: InstanceType<typeof Client> | undefined
  let waiting: NodeJS.Timeout | undefined
  let isReleased = false

  async function take() {
    const taken = client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_MS, application_name: 'satchel lock', stream: reach.socket })
    taken.on('error', () => taken.emit('end'))
    taken.once('end', takeAgain)
    await taken.connect()
    const { rows: [row] } = await taken.query<{ taken: boolean }>(`select pg_try_advisory_lock${isShared ? '_shared' : ''}($1) as taken`, [LOCK])
    reach.heard()
    ask(taken)
    return row?.taken === true
  }

  function ask(asked: InstanceType<typeof Client>) {
    asked.query('select 1').then(() => {
      reach.heard()
      setTimeout(ask, ASK_MS, asked).unref()
    }, () => undefined) // its end says it, too
  }

  function takeAgain() {
    if (isReleased)
      return
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      take().then(
        isTaken => void (isTaken || log.warn('another Satchel may be running on this database')),
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
