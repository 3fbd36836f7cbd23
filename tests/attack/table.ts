/** What a case made of the server and of the second tenant. */
export interface Outcome {
  name: string
  /** Milliseconds: the second tenant's slowest answers. */
  health: number
  pdf: number
  /** Milliseconds of a processor that the server's event loop used until it gave one. */
  healthWork: number
  pdfWork: number
  /** Of the second tenant's requests. */
  failed: number
  toldLater: number
  /** Milliseconds: the longest time at a stretch in which the server did nothing else, and of a processor in it. */
  blocked: number
  processor: number
  /** MB. */
  memory: number
  /** Seconds. */
  took: number
  cpu: number
  /** Of the machine. */
  load: number
  /** What the attacker was told. */
  said: string
}

const GOAL_MS = 2000
const GOAL_MB = 1024

const waited = (ms: number, processorMs: number) => `${(ms / 1000).toFixed(2)} (${(processorMs / 1000).toFixed(2)}) s`

/** What is over the goal, in words; empty where nothing is. */
export function missed({ health, pdf, memory, failed }: Outcome): string {
  return [
    health >= GOAL_MS && '/healthz',
    pdf >= GOAL_MS && 'PDF',
    memory >= GOAL_MB && 'memory',
    failed > 0 && 'failed',
  ].filter(Boolean).join(', ')
}

const HEAD = ['case', '/healthz (processor)', 'PDF (processor)', 'memory', 'block (processor)', 'failed, later', 'took', 'processor', 'load', 'goal']

function cells(outcome: Outcome): string[] {
  const { name, health, healthWork, pdf, pdfWork, memory, blocked, processor, failed, toldLater, took, cpu, load } = outcome
  const over = missed(outcome)
  return [
    name, waited(health, healthWork), waited(pdf, pdfWork), `${Math.round(memory)} MB`, waited(blocked, processor), `${failed}, ${toldLater}`,
    `${took.toFixed(0)} s`, `${cpu.toFixed(1)} s`, load.toFixed(1), over ? `MISSED: ${over}` : 'reached',
  ]
}

/** Aligned, so that it is read in a terminal and in a page. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = [HEAD, ...outcomes.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(HEAD), `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...rows.slice(1).map(line)].join('\n')
}
