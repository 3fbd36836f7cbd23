import { parseArgs } from 'node:util'

const HELP = 'npm run bench:cluster -- [--only messages|fanout|sessions|history] [--sessions N,N] [--messages N,N] [--seconds S]'

export interface ClusterBenchOptions {
  /** Only what has this in its name. */
  only: string
  /** How many sessions there are, one figure after the other. */
  sessions: number[]
  /** How many messages a session has. */
  messages: number[]
  /** For how long messages are sent, for each number of processes. */
  seconds: number
}

export function readClusterBenchOptions(args = process.argv.slice(2)): ClusterBenchOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { only: text, sessions: text, messages: text, seconds: text } })
  const numbers = (given: string | undefined, otherwise: number[]) => {
    const read = given === undefined ? otherwise : given.split(',').map(Number)
    if (!read.every(value => Number.isInteger(value) && value > 0))
      throw new Error(HELP)
    return read.toSorted((a, b) => a - b)
  }
  return {
    only: values.only ?? '',
    sessions: numbers(values.sessions, [1000, 10_000, 100_000, 1_000_000]),
    messages: numbers(values.messages, [10, 1000, 100_000]),
    seconds: numbers(values.seconds, [10])[0]!,
  }
}
