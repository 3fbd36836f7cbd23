import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Me, PostedMessage } from '../../src/shared/protocol/rest.ts'
import { ABE, ANN, bearer, openServer, TWO_TENANTS } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

test('each message says which person of the tenant wrote it, by socket and REST, live and in the history', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  const me = async (key: string) => await (await server.request('/api/me', { headers: bearer(key) })).json() as Me
  const [ann, abe] = [await server.connect(), await server.connect({ headers: bearer(ABE) })]

  await ann.answerTo(await ann.ask({ session_id: 'one', text: 'from Ann' }))
  abe.send({ type: 'subscribe', session_id: 'one' })
  const posted = await (await server.request('/api/sessions/one/messages', json({ content: 'from Abe' }, bearer(ABE)))).json() as PostedMessage
  await ann.heard('message_completed', frame => frame.message.replyTo === posted.message.id)

  const authors = [{ id: (await me(ANN)).id, name: 'ann' }, null, { id: (await me(ABE)).id, name: 'abe' }, null]
  expect((await server.messages('one')).map(({ author }) => author)).toEqual(authors)
  expect(ann.all('message_added').map(({ message }) => message.author)).toEqual([authors[0], authors[2]])
  expect(ann.all('message_accepted').map(({ message }) => message.author)).toEqual([authors[0]])
  expect(posted.message.author).toEqual(authors[2])
  expect(ann.all('turn_started').map(({ message }) => message.author)).toEqual([null, null])
})

test('where nobody signs in, a message has no author', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))

  expect((await server.messages('one')).map(({ author }) => author)).toEqual([null, null])
})

test('messages from before authors were kept are still there, without one', async () => {
  const first = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  const tab = await first.connect({ headers: bearer(ANN) })
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'old' }))
  await first.close()
  const database = new BetterSqlite(path.join(first.dataFolder, 'satchel.sqlite'))
  database.exec(`
    alter table messages drop column author_id; alter table messages drop column author_name; drop table event_sequences;
    delete from kysely_migration where name >= '031_event_sequences'
  `)
  database.close()

  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, dataFolder: first.dataFolder })
  server.as(ANN)
  const again = await server.connect()
  await again.answerTo(await again.ask({ session_id: 'one', text: 'new' }))

  expect((await server.messages('one')).map(({ text, author }) => [text, author?.name])).toEqual([['old', undefined], ['Done.', undefined], ['new', 'ann'], ['Done.', undefined]])
})
