import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ENGINES, type EngineName } from './engines.ts'
import { openScreen } from './screen.ts'

// Runs the journeys in every engine, or in those that are named: npm run test:engines -- firefox webkit [-g words of a title]

/** The exit code where all journeys passed in the engines that could be had, but not all could. */
const NOT_THERE = 2

const { positionals, values } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string', short: 'g' } } })
const isEngine = (name: string): name is EngineName => name in ENGINES
const strangers = positionals.filter(name => !isEngine(name))
if (strangers.length)
  throw new Error(`No engine is called ${strangers.join(', ')}: there are ${Object.keys(ENGINES).join(', ')}`)

const asked = positionals.length ? positionals.filter(isEngine) : Object.keys(ENGINES).filter(isEngine)
for (const name of asked) {
  if (!ENGINES[name].isThere())
    ENGINES[name].install()
}
const there = asked.filter(name => ENGINES[name].isThere())
const missing = asked.filter(name => !there.includes(name))

const projects = there.flatMap(name => ['--project', name])
const filter = values.grep ? ['-g', values.grep] : []
process.exitCode = there.length ? await run() : 0

/** @returns the exit code */
async function run(): Promise<number> {
  const screen = there.includes('firefox') ? await openScreen() : undefined
  const args = ['playwright', 'test', '--config', 'tests/engines/playwright.config.ts', ...projects, ...filter]
  const running = spawn('npx', args, { stdio: 'inherit', env: { ...process.env, ...screen?.env } })
  const [code] = await once(running, 'exit') as [number | null]
  await screen?.close()
  return code ?? 1
}

const titles = (names: EngineName[]) => names.map(name => ENGINES[name].title).join(', ')
if (there.length)
  console.log(process.exitCode ? `Not every journey passed in ${titles(there)}: see above.` : `Every journey passed in ${titles(there)}.`)
for (const name of missing)
  console.error(`Not tested: ${ENGINES[name].title}, which is not here and could not be installed. To test it, ${ENGINES[name].advice}.`)
if (missing.length)
  process.exitCode ||= NOT_THERE
