import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../torture/random.ts'
import type { Engines } from './engines.ts'
import type { ServerProcess } from './serverProcess.ts'

const seconds = (count: number) => pause(count * 1000)

export type Disturbance = keyof ReturnType<typeof createDisturbances>

/** What happens to machines, databases and networks. Each ends with everything as it was. */
export function createDisturbances(servers: readonly ServerProcess[], engines: Engines, random: Random) {
  const running = () => servers.filter(server => server.state() === 'running')
  return {
    async kill() {
      const server = random.pick(running())
      await server.end('SIGKILL')
      await seconds(random.int(0, 3))
      await server.start()
    },
    async freeze() {
      const server = random.pick(running())
      server.freeze()
      await seconds(random.int(25, 60))
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
    async databaseAway() {
      engines.lines.database.break()
      await seconds(20)
      engines.lines.database.mend()
    },
    async storeAway() {
      engines.lines.store.break()
      await seconds(20)
      engines.lines.store.mend()
    },
  }
}
