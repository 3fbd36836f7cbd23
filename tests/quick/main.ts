import concurrently from 'concurrently'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { nearestTests } from './nearestTests.ts'
import { root, run } from './run.ts'

/*
 * Types, lint and the tests that lie nearest to what changed since a commit (the last but one where none is named), as
 * many as fit into a minute of two cores. Says what it left to `npm test`.
 */

const since = process.argv[2] ?? 'HEAD~1'
const lines = (text: string) => text.split('\n').filter(Boolean)
const changed = new Set([...lines(run('git', 'diff', '--name-only', since)), ...lines(run('git', 'ls-files', '--others', '--exclude-standard'))])
const isWarm = existsSync(path.join(root, 'node_modules/.cache/types/server.tsbuildinfo')) && existsSync(path.join(root, 'node_modules/.cache/eslint'))
const isIn = (folder: string) => [...changed].some(file => file.startsWith(folder))

/** Types of all projects depend on it. */
const isCentral = [...changed].some(file => !/^(src\/(client|server|sdk)|tests|docs|public)\/|\.md$/.test(file))

/** Seconds of processor time for tests. Types and lint take 20 where little has changed, and nearly all of a minute where all of them are looked at. */
const budgetS = isCentral ? (isWarm ? 16 : 0) : isWarm ? 35 : 12
const types = ['client', 'server', 'sdk'].filter(project => isCentral || isIn(`src/${project}/`))
/** Those of tests are a minute's work by themselves where what they test has changed. */
if (isWarm && !isIn('src/'))
  types.push('tests')

const { reached, files } = budgetS ? nearestTests(since, changed, budgetS) : { reached: 'the', files: [] }
const linted = [...changed].filter(file => /\.(ts|vue|js)$/.test(file) && existsSync(path.join(root, file)))

console.log(`${files.length} of ${reached} files of tests that what changed since ${since} can reach${files.length !== reached ? ': the nearest ones. npm test runs all' : ''}.`)
if (!types.includes('tests'))
  console.log('The types of tests are left to "npm run types".')
if (!isWarm)
  console.log('What has not changed is left to "npm run lint", which was not run here yet.')

const commands = [
  { name: 'types', command: types.map(project => `npm run types:${project}`).join(' && ') },
  { name: 'lint', command: isWarm ? 'npm run lint' : linted.length ? `npx eslint ${linted.join(' ')}` : '' },
  { name: 'tests', command: files.length ? `npx vitest run --project client --project server ${files.join(' ')}` : '' },
].filter(({ command }) => command)
await concurrently(commands, { group: true, killOthersOn: ['failure'], cwd: root }).result.catch(() => process.exit(1))
