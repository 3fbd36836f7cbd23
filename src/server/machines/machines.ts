import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { NO_WIRE, type SessionNews, type Wire } from '../events/wire.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { CONNECT_MS, listenerName } from '../storage/database/postgres/connectionNames.ts'
import { outliveConnections } from '../storage/database/postgres/lostConnections.ts'
import type { Reach } from '../storage/database/postgres/reach.ts'
import { createBroadcast, NOBODY, type Broadcast, type BroadcastNews } from './broadcast.ts'
import { createCalls, type CallNews } from './calls/calls.ts'
import { createRoutes, HERE, type Routes } from './calls/routes.ts'
import { endAllLeases, readHolder } from './leases/leaseRows.ts'
import { createLeases, type LeaseWork } from './leases/leases.ts'
import { takeOverAbandoned } from './leases/takeover.ts'
import { createNewsReader } from './news/newsReader.ts'
import { createNewsSender } from './news/newsSender.ts'
import { keepToOneSecret, requireSameSecret } from './sameSecret.ts'
import { createSnapshots, type SnapshotNews } from './snapshots.ts'

/** Milliseconds between two looks whether news were lost, and whether all have one secret: nobody misses something for longer than half a minute. */
const COMPARE_MS = 10_000

type News = SessionNews | CallNews | SnapshotNews | BroadcastNews

/** What this machine does with what others tell, and with sessions that it takes or loses. */
export interface MachineWork extends LeaseWork {
  hear: (news: SessionNews) => void
  /** Some of what others told was not heard, and cannot be. */
  miss: () => void
  /** Looks whether that is so where nothing says it. */
  compareAll: () => Promise<void>
  /** Tells how far the session has come. */
  snapshot: (session: SessionKey) => void
  /** Tells the lists of sessions how it is. */
  announce: (session: SessionKey) => Promise<void>
}

export interface Machines extends Routes, Broadcast {
  wire: Wire
  /** The session stays this machine's until that is over. @returns how to end it; undefined where it is not this machine's any more */
  keep: (session: SessionKey) => (() => void) | undefined
  /** Must be called before anything else is asked for. */
  open: (work: MachineWork) => Promise<void>
  /** From now on what other machines have left is taken up. */
  start: () => void
  /** It is about to close: what others were asked for is not waited for much longer. */
  stopAsking: () => void
  close: () => Promise<void>
}

/** It is the only one: every session is its own. */
export const ALONE: Machines = { ...HERE, ...NOBODY, wire: NO_WIRE, keep: () => () => {}, open: async () => {}, start: () => {}, stopAsking: () => {}, close: async () => {} }

/** @param url of the database that others may share; without one there is none. Never to be logged. @param isAlone for now there is no other one @param secretCheck of what signs links, which all have alike */
export const openMachines = async ({ url, ...deps }: { database: Database, url: string | undefined, reach: Reach | undefined, isAlone: boolean, secretCheck: () => string, log: FastifyBaseLogger }): Promise<Machines> =>
  url === undefined ? ALONE : joinMachines({ ...deps, url })

/** One of several that share a database. */
async function joinMachines({ database, url, reach, isAlone, secretCheck, log }: { database: Database, url: string, reach: Reach | undefined, isAlone: boolean, secretCheck: () => string, log: FastifyBaseLogger }): Promise<Machines> {
  const { default: { Client, Pool } } = await import('pg')
  const machine = randomUUID()
  const name = listenerName(secretCheck())
  const pool = new Pool({ connectionString: url, max: 3, idleTimeoutMillis: 0, keepAlive: true, connectionTimeoutMillis: CONNECT_MS, statement_timeout: 10_000, application_name: 'satchel news', stream: reach?.socket })
  outliveConnections(pool, log)
  let work: MachineWork | undefined

  const sender = createNewsSender({ pool, machine, log })
  const send = (news: News) => sender.send(news)
  const leases = createLeases({ database, machine, log }, {
    onTaken: async session => work?.onTaken(session),
    onLost: async session => work?.onLost(session),
    onGivenBack: session => work?.onGivenBack(session),
  })
  const holderOf = (session: SessionKey) => readHolder(database, session)
  const calls = createCalls({ send, holderOf })
  const routes = createRoutes({ machine, leases, calls, send, log })
  const broadcast = createBroadcast(send)
  const snapshots = createSnapshots({ machine, send, holderOf })

  function hear(from: string, news: unknown) {
    const told = news as News
    switch (told.type) {
      case 'call':
      case 'reply': return routes.hear(from, told)
      case 'told': return broadcast.hear(told)
      case 'wanted': return snapshots.isForMe(told) && work?.snapshot(told.session)
      case 'hello': return leases.held().forEach(session => void work?.announce(session))
      default:
        work?.hear(told)
        if (told.type === 'snapshot')
          snapshots.came(told.session)
    }
  }

  const reader = createNewsReader({
    connect: async () => {
      const client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_MS, application_name: name, stream: reach?.socket })
      client.on('error', () => {}) // its end says it, too
      await client.connect()
      return client
    },
    pool,
    machine,
    log,
  }, { hear, miss: () => work?.miss() })
  let stopTakingOver = async () => {}
  let comparing: NodeJS.Timeout | undefined

  return {
    here: routes.here,
    tellAll: broadcast.tellAll,
    onTold: broadcast.onTold,
    route: routes.route,
    wire: { epochOf: leases.epochOf, send: news => sender.send(news, news.type === 'event' ? leases.lasting(news.session) : undefined), fetch: snapshots.fetch },
    keep: leases.keep,
    async open(given) {
      work = given
      if (isAlone)
        await endAllLeases(database) // an earlier process had them
      await reader.start()
      await requireSameSecret(pool, name)
      leases.start()
      send({ type: 'hello' })
    },
    start() {
      stopTakingOver = takeOverAbandoned({ database, leases, log })
      comparing = setInterval(() => {
        work?.compareAll().catch((error: unknown) => log.warn(error, 'whether news were lost is not known; this is tried again'))
        keepToOneSecret({ pool, name, reach, log }).catch((error: unknown) => log.warn(error, 'whether all servers have one secret is not known; this is looked at again'))
      }, COMPARE_MS).unref()
    },
    stopAsking: calls.stop,
    async close() {
      clearInterval(comparing)
      await stopTakingOver()
      await leases.close()
      await sender.close()
      await reader.close()
      await pool.end()
    },
  }
}
