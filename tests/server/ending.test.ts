import path from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import { openServer } from '../helpers/openServer.ts'

test('what was withdrawn is gone from the database too, though it could not be saved at once', async () => {
  const opened: { database?: BetterSqlite.Database } = {}
  const agent: Agent = {
    name: 'withdrawing',
    description: 'A test answers.',
    async* run() {
      yield { type: 'part', part: { type: 'notice', id: 'first', code: 'retrying', text: 'Once more.' } }
      await expect.poll(() => opened.database?.prepare('select id from parts').all()).toHaveLength(1)
      opened.database?.exec('create trigger no_deleting before delete on parts when (select count(*) from refusals) > 0 begin select raise(abort, \'not now\'); end')
      yield { type: 'remove', part: 'first' }
      yield { type: 'delta', text: 'Done.' }
      await new Promise(resolve => setImmediate(resolve))
      setTimeout(() => opened.database?.exec('delete from refusals'), 0)
    },
  }
  const server = await openServer({ agent })
  const database = opened.database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.exec('create table refusals (id integer); insert into refusals values (1)')
  const tab = await server.connect()

  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))
  database.close()

  expect(answer.parts.map(({ type }) => type)).toEqual(['text'])
  expect((await server.messages('one'))[1]).toEqual(answer)
})
