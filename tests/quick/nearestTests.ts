import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root, run } from './run.ts'

/** Seconds of processor time that a file of tests takes on average: 12 files of both took 80. */
const COSTS = { client: 6, server: 8 }

type Project = keyof typeof COSTS
interface Tests { file: string, project: Project }

/** The files that it imports itself, as far as they lie here. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return Array.from(text.matchAll(/from '(\.[^']+)'/g), ([, target = '']) => path.join(path.dirname(file), target))
}

/**
 * The files of tests that what changed can reach, and of them the nearest ones that fit into so many seconds of
 * processor time: first what was changed itself, then what imports a changed file, then what reaches one.
 */
export function nearestTests(since: string, changed: ReadonlySet<string>, budgetS: number): { reached: number, files: string[] } {
  const distance = ({ file }: Tests) => changed.has(file) ? 0 : importsOf(file).some(target => changed.has(target)) ? 1 : 2
  const reached = (JSON.parse(run('npx', 'vitest', 'list', '--filesOnly', '--json', '--changed', since, '--project', 'client', '--project', 'server')) as { file: string, projectName: Project }[])
    .map(({ file, projectName }): Tests => ({ file: path.relative(root, file), project: projectName }))

  let left = budgetS
  const files = reached.map(tests => ({ ...tests, distance: distance(tests) }))
    .sort((a, b) => a.distance - b.distance || COSTS[a.project] - COSTS[b.project])
    .filter(({ project }) => (left -= COSTS[project]) >= 0)
    .map(({ file }) => file)
  return { reached: reached.length, files }
}
