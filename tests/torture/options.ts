import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface Options {
  /** Each round ends with a kill. */
  rounds: number
  /** No round is begun after so many; without it only the rounds count. */
  minutes?: number
  /** The same seed gives the same actions, at about the same moments. */
  seed: number
}

const HELP = 'npm run torture -- [--rounds N] [--minutes M] [--seed S]'

export function readOptions(args = process.argv.slice(2)): Options {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' } } })
  const minutes = values.minutes === undefined ? undefined : positive('minutes', values.minutes)
  return {
    rounds: values.rounds === undefined ? minutes === undefined ? 20 : Infinity : positive('rounds', values.rounds),
    minutes,
    seed: values.seed === undefined ? randomInt(2 ** 31) : positive('seed', values.seed),
  }
}

function positive(name: string, value: string): number {
  const number = Number(value)
  if (!(number > 0))
    throw new Error(`--${name} takes a number above 0. ${HELP}`)
  return number
}
