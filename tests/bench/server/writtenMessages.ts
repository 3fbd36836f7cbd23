import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { openDatabase } from '../../../src/server/storage/database/database.ts'
import { DATABASE_NAME } from '../../../src/server/storage/database/dataFolder.ts'
import { createSearchIndexer } from '../../../src/server/search/indexer.ts'
import { isFilled } from '../../../src/server/search/queue.ts'

const SESSIONS = 1000

/** Words by how often they are written, as in any language: the first ones everywhere, the last ones nearly never. */
export const WORDS = Array.from({ length: 20_000 }, (_, i) => wordOf(i))

/**
 * What a company has written in years, and the index of it, made without the rests that a server takes for those who
 * wait: it would take hours.
 *
 * @returns the seconds that the index took
 */
export async function fillWithMessages(dataFolder: string, messages: number): Promise<number> {
  const file = path.join(dataFolder, DATABASE_NAME)
  write(file, messages)
  const database = await openDatabase(file)
  const begun = performance.now()
  const indexer = createSearchIndexer({ database, log: console } as unknown as Parameters<typeof createSearchIndexer>[0], false)
  indexer.start()
  while (!await isFilled(database))
    await new Promise(resolve => setTimeout(resolve, 500))
  await indexer.stop()
  await database.destroy()
  return (performance.now() - begun) / 1000
}

/** Letters as often as in English, so that what words have in common is as much as there. */
function plainWordOf(i: number): string {
  let rest = (i + 1) * 2_654_435_761 % 4_294_967_296
  const take = (letters: string) => {
    rest = (rest * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return letters[Math.floor(rest / 4_294_967_296 * letters.length)]!
  }
  let word = ''
  for (let syllables = 1 + Math.floor(Math.log2(i + 2) / 4); syllables >= 0; syllables--)
    word += take('tttnnnsssrrrhhllddccmmffppggwybvkjxqz') + take('eeeeaaaaooooiiiiuuy') + (syllables % 2 ? take('nrstldmc') : '')
  return word
}

/** Every tenth one has "ss" in it, of those each second one twice: they are asked for in two spellings, and in four. */
function wordOf(i: number): string {
  const word = plainWordOf(i)
  return i % 20 === 4 ? `${word}sse` : i % 20 === 14 ? `mass${word}isse` : word
}

/** Half of what is written with "ss" has "ß" there. */
const asWritten = (word: string, random: () => number) => word.replaceAll('ss', () => random() < 0.5 ? 'ß' : 'ss')

/** Into a database of before there was a search. */
function write(file: string, messages: number) {
  const database = new BetterSqlite(file)
  const now = new Date().toISOString()
  const session = database.prepare('insert into sessions (tenant_id, id, project_id, title, created_at, updated_at, last_sequence) values (\'default\', ?, \'default\', ?, ?, ?, ?)')
  const insert = database.prepare(`insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at)
    values (?, 'default', ?, ?, ?, 'complete', ?, '[]', ?)`)
  const each = messages / SESSIONS
  let seed = 1
  const random = () => (seed = seed * 16_807 % 2_147_483_647) / 2_147_483_647
  const word = () => asWritten(WORDS[Math.floor(WORDS.length ** random()) - 1]!, random)
  database.transaction(() => {
    for (let s = 0; s < SESSIONS; s++) {
      session.run(`s${s}`, `${word()} ${word()} ${word()}`, now, now, each)
      for (let sequence = 1; sequence <= each; sequence++)
        insert.run(crypto.randomUUID(), `s${s}`, sequence % 2 ? 'user' : 'assistant', sequence, Array.from({ length: 10 + Math.floor(random() * 40) }, word).join(' '), now)
    }
    database.exec(`delete from search_queue;
      update search_fill set below = (select max(rowid) + 1 from sessions) where kind = 'session';
      update search_fill set below = (select max(rowid) + 1 from messages) where kind = 'message'`)
  })()
  database.close()
}
