import { fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ATTACKS, type Attack } from './attacks.ts'
import { startTarget } from './server.ts'

// Attacks a server of its own, one case after the other, and prints what an innocent second tenant felt meanwhile and
// for twenty seconds after the last reply. `--only pdfs` for one case, `--server FILE` for another build,
// `--profile FOLDER` for what the server spends its time with. What else runs on the machine is in the last columns.

const GOAL_MS = 2000
const GOAL_MB = 1024
/** Milliseconds that one case may take, and for which is watched after it. */
const LONGEST_MS = 90_000
const AFTER_MS = 20_000

interface Felt { health: number, pdf: number, failed: number }

const { values } = parseArgs({ options: { profile: { type: 'string', default: '' }, only: { type: 'string', default: '' }, server: { type: 'string', default: path.resolve(import.meta.dirname, '../../dist/server/main.js') } } })

async function run(attack: Attack) {
  const target = await startTarget(values.server, values.profile)
  const victim = fork(path.join(import.meta.dirname, 'victim.ts'), [target.url], { execArgv: ['--import', 'tsx'] })
  await once(victim, 'message')
  let peak = 0
  const watching = setInterval(() => void target.memory().then((mb) => { peak = Math.max(peak, mb) }), 200)
  const begun = performance.now()
  const said = await Promise.race([
    attack(target).catch((error: unknown) => `failed: ${String(error instanceof Error && error.cause || error).slice(0, 60)}`),
    pause(LONGEST_MS, `not over after ${LONGEST_MS / 1000} s`),
  ])
  const seconds = (performance.now() - begun) / 1000
  await pause(AFTER_MS)
  clearInterval(watching)
  const cpu = await target.cpu()
  const felt = once(victim, 'message') as Promise<[Felt]>
  victim.send('stop')
  const [{ health, pdf, failed }] = await felt
  await target.stop()
  const reached = health < GOAL_MS && pdf < GOAL_MS && peak < GOAL_MB && failed === 0
  return [`${(health / 1000).toFixed(2)} s`, `${(pdf / 1000).toFixed(2)} s`, `${Math.round(peak)} MB`, String(failed), `${seconds.toFixed(1)} s`, `${cpu.toFixed(1)} s`, (loadavg()[0] ?? 0).toFixed(1), said, reached ? 'reached' : 'MISSED']
}

console.log('| case | slowest /healthz | slowest one-page PDF | peak memory | failed for the second tenant | took | processor time of the server | load of the machine | the attacker was told | goal |\n|---|---|---|---|---|---|---|---|---|---|')
for (const [name, attack] of Object.entries(ATTACKS)) {
  if (name.includes(values.only))
    console.log(`| ${[name, ...await run(attack)].join(' | ')} |`)
}
process.exit()
