import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { onTestFinished, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

/** A process of its own that runs an agent. */
async function openKeeper(silence: string) {
  const life = path.join(await temporaryFolder(), 'life')
  const keeper = spawn(process.execPath, ['--import', 'tsx', path.resolve(import.meta.dirname, '../helpers/agentKeeper.ts')], { env: { PATH: process.env.PATH, LIFE: life, SILENCE: silence }, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void keeper.kill('SIGKILL'))
  await once(keeper.stdout, 'data')
  const age = async () => Number(await readFile(life, 'utf8').catch(() => ''))
  return { keeper, age }
}

type Keeper = Awaited<ReturnType<typeof openKeeper>>

async function goesOn({ age }: Keeper, steps = 1) {
  const before = await age()
  await eventually(age).toBeGreaterThanOrEqual(before + steps)
}

/** It writes nothing any more, while the other one writes on. */
async function isGone({ age }: Keeper, other: Keeper) {
  const before = await age()
  await goesOn(other, 5)
  return await age() === before
}

test.skipIf(process.platform === 'win32')('the agent of a frozen server ends where other servers go on, and only there', async () => {
  const [frozen, lively, alone] = await Promise.all([openKeeper('2'), openKeeper('2'), openKeeper('')])
  await Promise.all([frozen, lively, alone].map(keeper => goesOn(keeper)))
  frozen.keeper.kill('SIGSTOP')
  alone.keeper.kill('SIGSTOP')

  await eventually(() => isGone(frozen, lively)).toBe(true)
  await Promise.all([lively, alone].map(keeper => goesOn(keeper)))
  alone.keeper.kill('SIGKILL')
  await eventually(() => isGone(alone, lively)).toBe(true)
})
