import { expect, test } from '@playwright/test'
import { openTorture } from '../torture/torture.ts'

// A short run of `npm run torture`. The seed is the same each time: what CI says of a change is about the change.
const SEED = 20
/** So many, and no more than these until a turn was killed on both sides: what a kill falls into is also for the machine to say. */
const ROUNDS = 3
const MOST_ROUNDS = 8

test('whatever is killed while somebody writes, attaches and sends: what was saved is there, and nothing is sent twice', async () => {
  test.setTimeout(300_000)
  const lines: string[] = []
  const torture = await openTorture({ seed: SEED, log: line => lines.push(line) })
  try {
    const { counts } = torture
    const isEnough = () => counts.rounds >= ROUNDS && counts.browserKillsInTurns > 0 && counts.serverKillsInTurns > 0
    while (!isEnough() && counts.rounds < MOST_ROUNDS)
      await torture.round()
    await torture.finish()
    for (const tried of ['questions', 'answers', 'made', 'browserKillsInTurns', 'serverKillsInTurns'] as const)
      expect(counts[tried], `${tried}, or this run has shown nothing of them`).toBeGreaterThan(0)
  }
  finally {
    await torture.close()
    await test.info().attach('what was done', { body: lines.join('\n'), contentType: 'text/plain' })
  }
})
