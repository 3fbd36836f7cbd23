import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../torture/random.ts'
import type { Line } from '../torture/line.ts'
import type { Engines } from './engines.ts'
import type { ServerProcess } from './serverProcess.ts'

/** Seconds: longer than a lease lasts, and than news are kept. */
const FROZEN_S = 61
/** Seconds: a server that goes on after them gives its leases up, which the database still grants to it for a moment. */
const STALLED_S = { least: 11, most: 14 }

const seconds = (count: number) => pause(count * 1000)

export type Disturbance = keyof ReturnType<typeof createDisturbances>

/** A server, and its way to the database. */
export interface Machine { server: ServerProcess, way: Line }

/** What happens to machines, databases and networks. Each ends with everything as it was. */
export function createDisturbances(machines: readonly Machine[], engines: Engines, random: Random) {
  const servers = machines.map(({ server }) => server)
  const running = () => servers.filter(server => server.state() === 'running')
  return {
    /** What nobody disturbs must be right, too. */
    async nothing() {},
    async kill() {
      const server = random.pick(running())
      await server.end('SIGKILL')
      await seconds(random.int(0, 3))
      await server.start()
    },
    async freeze() {
      const server = random.pick(running())
      server.freeze()
      await seconds(FROZEN_S)
      server.thaw()
    },
    async stall() {
      const server = random.pick(running())
      server.freeze()
      await pause(random.int(STALLED_S.least * 1000, STALLED_S.most * 1000))
      server.thaw()
    },
    /** Each server is told to stop, and started anew when it has. */
    async restart() {
      for (const server of running()) {
        const code = await server.end('SIGTERM')
        if (code !== 0)
          throw new Error(`a server that was told to stop ended with ${code}`)
        await server.start()
      }
    },
    /** As a failover of the database does. */
    async drop() {
      await engines.dropConnections()
    },
    /** All of PostgreSQL ends in the middle of what it does, and comes back. */
    async crash() {
      await engines.crashDatabase()
    },
    async databaseAway() {
      machines.forEach(({ way }) => way.break())
      await seconds(20)
      machines.forEach(({ way }) => way.mend())
    },
    /** Nothing comes through between the database and one server, and what was on its way arrives late. */
    async cutOff() {
      const { way } = random.pick(machines.filter(({ server }) => server.state() === 'running'))
      way.freeze()
      await seconds(random.int(15, 45))
      way.thaw()
    },
    async storeAway() {
      engines.store.break()
      await seconds(20)
      engines.store.mend()
    },
  }
}
