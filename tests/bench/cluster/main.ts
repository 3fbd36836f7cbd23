import { openEngines } from '../../cluster/engines.ts'
import { describeLoad, describeMachine } from '../machine.ts'
import { formatTable, type Row } from '../table.ts'
import { fanout } from './fanout.ts'
import { longHistories, manySessions } from './growing.ts'
import { readClusterBenchOptions } from './options.ts'
import { postgresPlace, sqlitePlace } from './places.ts'
import { sending } from './sending.ts'

// Prints what several servers do on one PostgreSQL and one S3 server, beside one server with SQLite and a folder on the
// same machine. All of it shares that machine's cores: more processes than cores show what they cost, not what they bring.

const options = readClusterBenchOptions()
const engines = await openEngines()
const begun = performance.now()
const WORKS: Record<string, () => Promise<Row[]>> = {
  'messages-sqlite': async () => sending(await sqlitePlace(), options.seconds, 1),
  'messages': async () => sending(await postgresPlace(engines), options.seconds, Infinity),
  'fanout': async () => fanout(await postgresPlace(engines)),
  'history-sqlite': async () => longHistories(await sqlitePlace(), options.messages),
  'history': async () => longHistories(await postgresPlace(engines), options.messages),
  'sessions-sqlite': async () => manySessions(await sqlitePlace(), options.sessions),
  'sessions': async () => manySessions(await postgresPlace(engines), options.sessions),
}
console.log(describeMachine())
for (const [name, measure] of Object.entries(WORKS)) {
  if (!name.includes(options.only))
    continue
  process.stderr.write(`${name}, after ${Math.round((performance.now() - begun) / 1000)} s\n`)
  const rows = await measure()
  console.log(`${formatTable(rows)}\n${describeLoad()}\n`)
}
console.log(`${Math.round((performance.now() - begun) / 1000)} s`)
await engines.stop()
process.exit()
