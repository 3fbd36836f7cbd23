import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { expect, test } from 'vitest'
import { AgentError } from '../../src/server/agents/agent.ts'
import { image, pdf, text } from '../helpers/blocks.ts'
import { gifBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const images = (count: number) => Array.from({ length: count }, (_, i) => image(pngBytes({ seed: i })))

/** Something done to the file of a server that is not running. */
function edit(dataFolder: string, sql: string) {
  const database = new BetterSqlite(path.join(dataFolder, 'satchel.sqlite'))
  database.exec(sql)
  database.close()
}

test('everybody hears how many images and pages a conversation holds', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const [tab, other] = [await server.connect(), await server.connect()]

  const sent = await tab.ask({
    session_id: 'one',
    images: [image(pngBytes()), image(gifBytes(), 'image/gif')],
    documents: [pdf(pdfBytes({ pages: 7 }), 'report.pdf'), text('notes')],
  })

  expect(sent.attachments.map(({ pages }) => pages)).toEqual([null, null, 7, null])
  expect((await other.heard('session_updated', ({ session }) => session.id === 'one')).session.mediaCount).toBe(9)
  await tab.ask({ session_id: 'one', text: 'only words' })
  await tab.ask({ session_id: 'one', images: images(1) })
  expect(await server.json('/api/sessions/one')).toMatchObject({ mediaCount: 10 })
  expect(await server.sessions()).toMatchObject([{ mediaCount: 10 }])
})

test('what a conversation can no longer hold is refused with the numbers, and words still pass', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', images: images(40), documents: [pdf(pdfBytes({ pages: 50 }))] })
  const before = [(await server.rows('messages')).length, await server.blobs()]

  const refused = await tab.say({ session_id: 'one', text: 'and these', images: images(10), documents: [pdf(pdfBytes({ pages: 2 }))] })

  expect(refused).toMatchObject({ type: 'error', problem: { status: 413, code: 'too_much_media' } })
  expect((refused as Extract<typeof refused, { type: 'error' }>).problem.detail)
    .toMatch(/has 12 images and PDF pages.* holds 90 already.* takes 100 .*Remove 2, or begin a new session\./)
  expect([(await server.rows('messages')).length, await server.blobs()]).toEqual(before)
  expect(await server.sessions()).toMatchObject([{ mediaCount: 90 }])
  expect(await tab.say({ session_id: 'one', text: 'and these', images: images(10) })).toMatchObject({ type: 'message_accepted' })
  expect(await tab.say({ session_id: 'one', text: 'only words' })).toMatchObject({ type: 'message_accepted' })
  expect(await tab.say({ session_id: 'two', images: images(1) })).toMatchObject({ type: 'message_accepted' })
})

test('too much for a conversation that does not exist yet makes none', async () => {
  const server = await openServer()
  const tab = await server.connect()

  expect(await tab.say({ session_id: 'one', images: images(3), documents: [pdf(pdfBytes({ pages: 98 }))] }))
    .toMatchObject({ type: 'error', problem: { code: 'too_much_media', detail: expect.stringMatching(/101 images and PDF pages, and .* 100 .*Remove 1,/) } })
  expect(await server.sessions()).toEqual([])
  expect(await server.blobs()).toEqual([])
})

test('messages at the same moment do not pass the limit together', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tabs = await Promise.all(Array.from({ length: 4 }, () => server.connect()))

  const answers = await Promise.all(tabs.map(tab => tab.say({ session_id: 'one', images: images(40) })))

  expect(answers.filter(({ type }) => type === 'message_accepted')).toHaveLength(2)
  expect(await server.sessions()).toMatchObject([{ mediaCount: 80 }])
})

test('what the agent refused takes no room in the conversation', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', images: images(60) })
  await expect.poll(() => turns.length).toBe(1)

  turns[0]!.fail(new AgentError('Claude refused “image-1.png”: it could not be read.', { code: 'attachment_rejected_by_agent', filename: 'image-1.png' }))

  expect(await tab.answerTo(sent)).toMatchObject({ problem: { code: 'attachment_rejected_by_agent', filename: 'image-1.png' } })
  await tab.heard('session_updated', ({ session }) => session.mediaCount === 0)
  expect(await tab.say({ session_id: 'one', images: images(60) })).toMatchObject({ type: 'message_accepted' })
})

test('what a crash cut off takes no room, and is not gone on with', async () => {
  const first = await openServer({ agent: instantAgent().agent })
  const tab = await first.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', images: images(2) }))
  await tab.answerTo(await tab.ask({ session_id: 'one', images: images(3) }))
  await first.close()
  edit(first.dataFolder, 'update messages set status = \'running\' where sequence > 2')

  const server = await openServer({ agent: instantAgent().agent, dataFolder: first.dataFolder })

  expect(await server.sessions()).toMatchObject([{ mediaCount: 2 }])
})

test('conversations from before anything was counted are counted', async () => {
  const first = await openServer({ agent: instantAgent().agent })
  const tab = await first.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', images: images(3), documents: [pdf(pdfBytes({ pages: 9 })), text('notes')] }))
  await tab.answerTo(await tab.ask({ session_id: 'two', text: 'hi' }))
  await first.close()
  edit(first.dataFolder, `
    alter table sessions drop column media_count;
    update attachments set pages = null;
    delete from kysely_migration where name >= '002'; -- steps run in their order
  `)

  const server = await openServer({ agent: instantAgent().agent, dataFolder: first.dataFolder })

  const counts = Object.fromEntries((await server.sessions()).map(({ id, mediaCount }) => [id, mediaCount]))
  expect(counts).toEqual({ one: 4, two: 0 }) // how many pages nobody knows any more
})
