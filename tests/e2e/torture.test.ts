import { test } from '@playwright/test'
import { openTorture } from '../torture/torture.ts'

// A short run of `npm run torture`. The seed is the same each time: what CI says of a change is about the change.
const SEED = 20
const ROUNDS = 5

test('whatever is killed while somebody writes, attaches and sends: what was saved is there, and nothing is sent twice', async () => {
  test.setTimeout(300_000)
  const lines: string[] = []
  const torture = await openTorture({ seed: SEED, log: line => lines.push(line) })
  try {
    while (torture.counts.rounds < ROUNDS)
      await torture.round()
    await torture.finish()
  }
  finally {
    await torture.close()
    await test.info().attach('what was done', { body: lines.join('\n'), contentType: 'text/plain' })
  }
})
