import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface ClusterOptions {
  servers: number
  /** People who write and follow at the same time. */
  clients: number
  /** For how long they write. */
  minutes: number
  /** Seconds from one kill to the next. */
  every: number
  seed: number
  /** Only kills and freezes; otherwise also restarts, lost connections, and a database and a store that are away. */
  killsOnly: boolean
}

const HELP = 'npm run torture:cluster -- [--clients N] [--minutes M] [--servers N] [--every SECONDS] [--seed S] [--kills-only]'

export function readClusterOptions(args = process.argv.slice(2)): ClusterOptions {
  const number = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { 'clients': number, 'minutes': number, 'servers': number, 'every': number, 'seed': number, 'kills-only': { type: 'boolean' } } })
  const read = (name: 'clients' | 'minutes' | 'servers' | 'every' | 'seed', otherwise: number) => {
    const value = values[name] === undefined ? otherwise : Number(values[name])
    if (!(value > 0))
      throw new Error(`--${name} takes a number above 0. ${HELP}`)
    return value
  }
  return {
    servers: read('servers', 2),
    clients: read('clients', 20),
    minutes: read('minutes', 3),
    every: read('every', 20),
    seed: read('seed', randomInt(2 ** 31)),
    killsOnly: values['kills-only'] === true,
  }
}
