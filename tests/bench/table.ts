import { median } from './statistics.ts'

export interface Row {
  work: string
  unit: 'ms' | 's' | 'MB' | 'kB' | '1/s' | 'nodes'
  floor?: readonly number[]
  app: readonly number[]
  target?: string
  /** Whether the figure is reached, from the medians. */
  reached?: (app: number, floor: number) => boolean
}

/** Figures are medians, with the smallest and the largest in brackets. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [
    ['work', 'floor', 'app', 'ratio', 'target', 'verdict'],
    ...rows.map(({ work, unit, floor, app, target, reached }) => [
      `${work} (${unit})`,
      floor ? figures(floor) : '',
      figures(app),
      floor && median(floor) ? (median(app) / median(floor)).toFixed(2) : '',
      target ?? '',
      reached ? (reached(median(app), median(floor ?? [])) ? 'reached' : 'MISSED') : '',
    ]),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  const text = lines.map(line => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
  text.splice(1, 0, `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`)
  return text.join('\n')
}

function figures(values: readonly number[]) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(round)
  return values.length > 1 ? `${middle} (${least}..${most})` : middle!
}

const round = (value: number) => value.toFixed(value < 100 ? 1 : 0)
