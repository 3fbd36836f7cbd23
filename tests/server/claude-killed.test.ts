import { describe, expect, test } from 'vitest'
import { createRandom } from '../torture/random.ts'
import { openKilledTurn } from '../torture/killedTurn.ts'
import { missingSdk } from '../helpers/openClaude.ts'

const reason = await missingSdk()

/** More with `npm run torture:claude`. */
const ROUNDS = Number(process.env.KILLED_ROUNDS ?? 2)
const SEED = Number(process.env.KILLED_SEED ?? 7)
const random = createRandom(SEED)
/** Within these a whole turn goes by on a quick machine. */
const MOST_MS = 4000
const rounds = Array.from({ length: ROUNDS }, () => Array.from({ length: random.int(1, 3) }, () => random.int(0, MOST_MS)))

describe.skipIf(reason)('A turn of Claude whose server is killed', { timeout: 400_000 }, () => {
  test.each(rounds.map(lives => [lives]))('after %s ms says, writes and asks everything once', async (lives) => {
    const { run, api } = await openKilledTurn()

    const { answer, text, ran } = await run(lives)

    const told = JSON.stringify(api.requests.at(-1)!.messages)
    expect(answer.text).toBe('First I write.\n\nNow I ask.\n\nAll of it is done.')
    expect(text).toBe('one and one\n')
    expect(['', 'ran\n']).toContain(ran) // not twice; and where it is unknown whether it ran, Claude is told so
    expect(ran || told.includes('may have been done')).toBeTruthy()
    expect(answer.parts.map(part => part.type === 'tool' ? part.name : part.type)).toEqual(['text', 'Write', 'Edit', 'text', 'question', 'Bash', 'permission', 'text'])
    expect(told).toContain('\\"Which one?\\"=\\"B\\"')
    expect(answer.attachments.map(({ filename, size }) => [filename, size])).toEqual([['a.txt', 12], ...ran ? [['ran.txt', 4]] : []])
  })
})
