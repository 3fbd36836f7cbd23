import path from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Agent } from '../../src/server/agents/agent.ts'
import { completeAnswer } from '../../src/server/turns/answers.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { until } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'

test('what was withdrawn is gone from the database too, though it could not be saved at once', async () => {
  const opened: { database?: BetterSqlite.Database } = {}
  const agent: Agent = {
    name: 'withdrawing',
    description: 'A test answers.',
    async* run() {
      yield { type: 'part', part: { type: 'notice', id: 'first', code: 'retrying', text: 'Once more.' } }
      await expect.poll(() => opened.database?.prepare('select id from parts').all()).toHaveLength(1)
      await until(() => opened.database?.exec('create trigger if not exists no_deleting before delete on parts when (select count(*) from refusals) > 0 begin select raise(abort, \'not now\'); end'))
      yield { type: 'remove', part: 'first' }
      yield { type: 'delta', text: 'Done.' }
      await new Promise(resolve => setImmediate(resolve))
      setTimeout(() => void until(() => opened.database?.exec('delete from refusals')), 0)
    },
  }
  const server = await openServer({ agent })
  const database = opened.database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'), { timeout: 0 })
  await until(() => database.exec('create table if not exists refusals (id integer); insert into refusals values (1)')) // the server may write at this moment
  const tab = await server.connect()

  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))
  database.close()

  expect(answer.parts.map(({ type }) => type)).toEqual(['text'])
  expect((await server.messages('one'))[1]).toEqual(answer)
})

test('whoever answered before the turn is recorded as ended has answered, though the turn did not hear it', async () => {
  const agent: Agent = {
    name: 'asking',
    description: 'A test asks.',
    async* run(turn, signal) {
      yield { type: 'delta', text: 'A question.' }
      turn.ask({ type: 'permission', id: 'p', toolId: null, title: 'May I?', description: null, defaultToNo: false, mayRemember: false, status: 'waiting', answeredBy: null }).catch(() => undefined)
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    },
  }
  const server = await openServer({ agent })
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: 'hi' })
  const { message_id } = await tab.heard('part_added', frame => frame.part.type === 'permission')
  const [, unheard] = await server.messages('one')
  expect((await server.request(`/api/sessions/one/messages/${message_id}/parts/p/answer`, json({ allow: false }))).status).toBe(200)

  const database = await openDatabaseOf(server.dataFolder)
  const row = await database.selectFrom('messages').selectAll().where('id', '=', asked.id).executeTakeFirstOrThrow()
  const { message: ended } = await completeAnswer(database, row, unheard!, { status: 'cancelled', taken: [] })
  await database.destroy()

  expect(unheard!.parts[1]).toMatchObject({ status: 'waiting' })
  expect(ended.parts[1]).toMatchObject({ status: 'denied', answeredBy: expect.any(String) as string })
})
