import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { Disturbance } from './disturbances.ts'

export interface ClusterOptions {
  servers: number
  /** People who write and follow at the same time. */
  clients: number
  /** Programs that ask by the SDK through a load balancer at the same time. */
  programs: number
  /** For how long they write. */
  minutes: number
  /** Seconds from one kill to the next. */
  every: number
  seed: number
  /** What happens in turn, every `every` seconds. Undefined: kills, between them one of all others, and now and then a freeze. */
  only: Disturbance[] | undefined
}

const HELP = 'npm run torture:cluster -- [--clients N] [--programs N] [--minutes M] [--servers N] [--every SECONDS] [--seed S] [--only NAME,NAME]'
const NAMES: readonly Disturbance[] = ['nothing', 'kill', 'freeze', 'stall', 'restart', 'drop', 'crash', 'databaseAway', 'cutOff', 'storeAway']

export function readClusterOptions(args = process.argv.slice(2)): ClusterOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { clients: text, programs: text, minutes: text, servers: text, every: text, seed: text, only: text } })
  const read = (name: 'clients' | 'programs' | 'minutes' | 'servers' | 'every' | 'seed', otherwise: number) => {
    if (values[name] === undefined)
      return otherwise
    const value = Number(values[name])
    if (!(value > 0))
      throw new Error(`--${name} takes a number above 0. ${HELP}`)
    return value
  }
  return {
    servers: read('servers', 2),
    clients: read('clients', 20),
    programs: read('programs', 0),
    minutes: read('minutes', 3),
    every: read('every', 20),
    seed: read('seed', randomInt(2 ** 31)),
    only: values.only === undefined ? undefined : readNames(values.only),
  }
}

function readNames(list: string): Disturbance[] {
  const names = list.split(',')
  const unknown = names.find(name => !NAMES.some(known => known === name))
  if (unknown !== undefined)
    throw new Error(`--only takes ${NAMES.join(', ')}; ${unknown} is none of them. ${HELP}`)
  return NAMES.filter(name => names.includes(name))
}
