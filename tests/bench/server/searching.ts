import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DATABASE_NAME } from '../../../src/server/storage/database/dataFolder.ts'
import { quantile } from '../statistics.ts'
import type { Row } from '../table.ts'
import { startServer } from './processes.ts'
import { fillWithMessages, WORDS } from './writtenMessages.ts'

/** Fewer with SEARCH_MESSAGES=100000. With SEARCH_FOLDER=... the filled database stays there for the next time. */
const MESSAGES = Number(process.env.SEARCH_MESSAGES ?? 1_000_000)
const KEPT_FOLDER = process.env.SEARCH_FOLDER
const SEARCHES = 200
const TARGET = 50

/** With "ss", or with "ß" in its place. */
const asTyped = (word: string, i: number) => i % 2 ? word.replaceAll('ss', 'ß') : word
/** One of those that have "ss" in one place or in two. */
const frequent = (i: number) => asTyped(WORDS[4 + i % 5 * 10]!, i)

/** Searching what a company has written in years. Measured at the searcher, so the way there and back is in it. */
export async function searching(): Promise<Row[]> {
  const dataFolder = KEPT_FOLDER ?? await mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
  const isFilled = existsSync(path.join(dataFolder, DATABASE_NAME))
  if (!isFilled)
    await (await startServer(dataFolder, true)).stop() // which makes the tables
  const seconds = isFilled ? 0 : await fillWithMessages(dataFolder, MESSAGES)
  const server = await startServer(dataFolder, KEPT_FOLDER !== undefined)

  const search = async (queries: readonly string[]) => {
    const times: number[] = []
    const before = await server.cpu()
    for (const [i, query] of queries.entries()) {
      const begun = performance.now()
      const response = await fetch(`${server.url}/api/search?q=${encodeURIComponent(query)}`)
      await response.json()
      if (i >= 10) // the first ones warm up
        times.push(performance.now() - begun)
    }
    return { times, cpu: (await server.cpu() - before) / queries.length }
  }
  const draw = (make: (i: number) => string) => Array.from({ length: SEARCHES }, (_, i) => make(i))
  const queries = {
    'a frequent word': draw(i => WORDS[i % 20]!),
    'a rare word': draw(i => WORDS[15_000 + i]!),
    'a word that is nowhere': draw(i => `${WORDS[i % 20]!}${WORDS[i % 17]!}`),
    'three frequent words': draw(i => `${WORDS[i % 20]!} ${WORDS[(i + 7) % 40]!} ${WORDS[(i + 3) % 30]!}`),
    'a frequent and a rare word': draw(i => `${WORDS[i % 20]!} ${WORDS[18_000 + i]!}`),
    'the beginning of a word': draw(i => WORDS[i * 7]!.slice(0, 1 + i % 2)),
    'a frequent word with ss': draw(i => frequent(i)),
    'a rare word with ss': draw(i => asTyped(WORDS[15_004 + i * 10]!, i)),
    'a word with ss that is nowhere': draw(i => asTyped(`${WORDS[4 + i % 10 * 10]!}${WORDS[i % 17]!}`, i)),
    'three frequent words with ss': draw(i => `${frequent(i)} ${frequent(i + 1)} ${frequent(i + 2)}`),
    'a frequent and a rare word with ss': draw(i => `${frequent(i)} ${WORDS[17_004 + i * 10]!}`),
  }
  const rows: Row[] = isFilled ? [] : [{ work: `adding ${MESSAGES} messages to the index without rests`, unit: 's', app: [seconds] }]
  for (const [name, asked] of Object.entries(queries)) {
    const { times, cpu } = await search(asked)
    rows.push(
      { work: `searching for ${name} in ${MESSAGES} messages`, unit: 'ms', app: times },
      { work: `the same, processor time of the server`, unit: 'ms', app: [cpu] },
      { work: `the same, 99th percentile`, unit: 'ms', app: [quantile(times, 0.99)], target: `under ${TARGET} ms`, reached: app => app < TARGET },
    )
  }
  process.stderr.write('.')
  await server.stop()
  return rows
}
