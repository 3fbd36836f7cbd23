import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/*
 * Runs the tests that lie nearest to what changed since the last commit but one, as many as fit into half a minute of
 * two cores, and says how many it left to `npm test`.
 */

const root = path.resolve(import.meta.dirname, '../..')
const run = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1e8 })

/** Seconds of processor time that a file of tests takes on average, and all that are run may take. */
const COSTS = { client: 2, server: 7 }
const BUDGET_S = 45

type Project = keyof typeof COSTS
interface Tests { file: string, project: Project }

const since = process.argv[2] ?? 'HEAD~1'
const changed = new Set([...run('git', 'diff', '--name-only', since).split('\n'), ...run('git', 'ls-files', '--others', '--exclude-standard').split('\n')].filter(Boolean))
const reached = (JSON.parse(run('npx', 'vitest', 'list', '--filesOnly', '--json', '--changed', since, '--project', 'client', '--project', 'server')) as { file: string, projectName: Project }[])
  .map(({ file, projectName }): Tests => ({ file: path.relative(root, file), project: projectName }))

/** The files that it imports itself, as far as they lie here. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return Array.from(text.matchAll(/from '(\.[^']+)'/g), ([, target = '']) => path.join(path.dirname(file), target))
}

/** 0 for a test that was changed itself, 1 for one that imports what was changed, 2 for all others that reach it. */
const distance = ({ file }: Tests) => changed.has(file) ? 0 : importsOf(file).some(target => changed.has(target)) ? 1 : 2

let left = BUDGET_S
const chosen = reached.map(tests => ({ ...tests, distance: distance(tests) }))
  .sort((a, b) => a.distance - b.distance || COSTS[a.project] - COSTS[b.project])
  .filter(({ project }) => (left -= COSTS[project]) >= 0)

console.log(`${chosen.length} of ${reached.length} files of tests that what changed since ${since} can reach${chosen.length < reached.length ? ': the nearest ones. npm test runs all' : ''}.`)
if (chosen.length)
  process.exit(spawnSync('npx', ['vitest', 'run', '--project', 'client', '--project', 'server', ...chosen.map(({ file }) => file)], { cwd: root, stdio: 'inherit' }).status ?? 1)
