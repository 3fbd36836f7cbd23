import { parseArgs } from 'node:util'

export interface Options {
  /** How often each side of each comparison is measured, after one time that is not counted. */
  runs: number
  /** Only what has this in its name. */
  only?: string
}

export function readOptions(args = process.argv.slice(2)): Options {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '7' }, only: { type: 'string' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error('--runs takes a whole number: how often each side is measured')
  return { runs, only: values.only }
}
