import { fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ATTACKS, type Attack } from './attacks.ts'
import { FLOODS, NOTHING } from './floods.ts'
import { startTarget, type Target } from './server.ts'
import { missed, type Outcome, table } from './table.ts'

// Attacks a server of its own, one case after the other, and prints what an innocent second tenant felt meanwhile and
// after the last reply: until the server has been at rest for three seconds, twenty at most. `--only pdfs,marks` for some
// cases, beside which "nothing" is measured, too; `--server FILE` for another build, `--profile FOLDER` for what the
// server spends its time with. What else runs on the machine is in the column of its load.

/** Milliseconds that one case may take, that all may take, and for which is watched after each. */
const LONGEST_MS = 50_000
const ALL_MS = 15 * 60_000
const AFTER_MS = 20_000
/** A server that uses less of a processor for so long does nothing any more but answer the second tenant. */
const REST_MS = 3000
const REST_CPU = 0.2

/** `later`: requests that were told when to come again. */
interface Felt { health: number, healthWork: number, pdf: number, pdfWork: number, failed: number, later: number }

const { values } = parseArgs({ options: { profile: { type: 'string', default: '' }, only: { type: 'string', default: '' }, server: { type: 'string', default: path.resolve(import.meta.dirname, '../../dist/server/main.js') } } })
const until = performance.now() + ALL_MS

/** Work may go on behind an answer. */
async function untilAtRest(target: Target) {
  const used = [await target.cpu()]
  for (const over = performance.now() + AFTER_MS; performance.now() < over;) {
    await pause(1000)
    used.unshift(await target.cpu())
    const before = used[REST_MS / 1000]
    if (before !== undefined && (used[0] ?? 0) - before < REST_CPU * REST_MS / 1000)
      return
  }
}

async function run(name: string, attack: Attack): Promise<Outcome> {
  const target = await startTarget(values.server, values.profile)
  const victim = fork(path.join(import.meta.dirname, 'victim.ts'), [target.url, String(target.pid)], { execArgv: ['--import', 'tsx'] })
  await once(victim, 'message')
  target.forgetStart()
  const longestMs = Math.max(1, Math.min(LONGEST_MS, until - performance.now()))
  let memory = 0
  const watching = setInterval(() => void target.memory().then((mb) => { memory = Math.max(memory, mb) }), 200)
  const begun = performance.now()
  const said = await Promise.race([
    attack(target).catch((error: unknown) => `failed: ${String(error instanceof Error && error.cause || error).slice(0, 60)}`),
    pause(longestMs, `not over after ${(longestMs / 1000).toFixed(0)} s`),
  ])
  const took = (performance.now() - begun) / 1000
  await untilAtRest(target)
  clearInterval(watching)
  const cpu = await target.cpu()
  const felt = once(victim, 'message') as Promise<[Felt]>
  victim.send('stop')
  const [{ later, ...waited }] = await felt
  const { blockedMs, processorMs } = target.loop()
  await target.stop()
  return { name, ...waited, toldLater: later, blocked: blockedMs, processor: processorMs, memory, took, cpu, load: loadavg()[0] ?? 0, said }
}

const isNothing = (name: string) => name === NOTHING
const only = values.only.split(',')
const chosen = Object.entries({ ...ATTACKS, ...FLOODS })
  .filter(([name]) => only.some(word => name.includes(word)) || isNothing(name))
  .sort(([a], [b]) => Number(isNothing(b)) - Number(isNothing(a)))
const outcomes: Outcome[] = []
const notRun: string[] = []
for (const [name, attack] of chosen) {
  if (performance.now() > until) {
    notRun.push(name)
    continue
  }
  const outcome = await run(name, attack)
  outcomes.push(outcome)
  const over = missed(outcome)
  console.log(`${over ? '✗' : '✓'} ${name} (${outcome.took.toFixed(0)} s): ${outcome.said}${over && `; over the goal: ${over}`}`)
}
console.log(`\n${table(outcomes)}`)
if (notRun.length)
  console.log(`\nNOT RUN, because all cases together may take ${ALL_MS / 60_000} minutes: ${notRun.join('; ')}`)
process.exit()
