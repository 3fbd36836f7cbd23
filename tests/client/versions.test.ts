import { expect, test } from 'vitest'
import { openConnectedTab } from '../helpers/connectedTab.ts'
import { DistantLine, distantRest } from '../helpers/distance.ts'
import { until } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

type Tab = Awaited<ReturnType<typeof openConnectedTab>>
const questionsIn = (tab: Tab) => tab.shown().filter(({ role }) => role === 'user').map(({ text }) => text)
const versionsIn = (tab: Tab) => tab.history.items.value.flatMap(({ branch }) => branch ? [`${branch.index} of ${branch.count}`] : [])

async function openConversation(questions: readonly string[]) {
  const server = await openServer({ agent: instantAgent().agent })
  const session = crypto.randomUUID()
  const sender = await server.connect()
  const ask = async (text: string, more: object = {}) => {
    const asked = await sender.ask({ session_id: session, text, ...more })
    await sender.answerTo(asked)
    return asked
  }
  const asked = []
  for (const question of questions)
    asked.push(await ask(question))
  const choose = async (id: string) => expect((await server.request(`/api/sessions/${session}`, json({ branch: id }, {}, 'PATCH'))).status).toBe(200)
  return { server, session, ask, asked, choose }
}

test('a version that is begun or chosen elsewhere is the one that this tab shows, however far the server is', async () => {
  const { server, session, ask, asked, choose } = await openConversation(['a', 'b', 'c'])
  distantRest()
  const tab = await openConnectedTab({ session, url: server.url, line: DistantLine })
  await expect.poll(() => questionsIn(tab)).toEqual(['a', 'b', 'c'])

  const other = await ask('B', { replaces: asked[1]!.id })
  await expect.poll(() => questionsIn(tab)).toEqual(['a', 'B'])
  expect(versionsIn(tab)).toEqual(['2 of 2'])
  await ask('d')
  await expect.poll(() => questionsIn(tab)).toEqual(['a', 'B', 'd'])

  await choose(asked[1]!.id)
  await choose(other.id)
  await choose(asked[1]!.id)
  await expect.poll(() => questionsIn(tab)).toEqual(['a', 'b', 'c'])
  expect(versionsIn(tab)).toEqual(['1 of 2'])
})

test('a version that was chosen while this tab had no connection is shown when it has one again', async () => {
  const { server, session, asked } = await openConversation(['a', 'b'])
  const tab = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => questionsIn(tab)).toEqual(['a', 'b'])
  await server.close()
  await expect.poll(() => tab.connection.state.value).not.toBe('open')

  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder, port: Number(new URL(server.url).port) })
  const sender = await again.connect()
  await sender.answerTo(await sender.ask({ session_id: session, text: 'A', replaces: asked[0]!.id }))
  await until(() => tab.connection.retry())

  await expect.poll(() => questionsIn(tab)).toEqual(['A'])
})

test('of a long conversation whose newest part is another version, nothing older is lost or shown twice', async () => {
  const questions = Array.from({ length: 40 }, (_, i) => `question ${i}`)
  const { server, session, ask, asked, choose } = await openConversation(questions)
  const tab = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => questionsIn(tab).at(-1)).toBe('question 39')
  await tab.history.loadOlder()
  expect(questionsIn(tab)).toEqual(questions)

  await ask('another', { replaces: asked[38]!.id })
  await expect.poll(() => questionsIn(tab)).toEqual([...questions.slice(0, 38), 'another'])
  await choose(asked[38]!.id)
  await expect.poll(() => questionsIn(tab)).toEqual(questions)

  await ask('at the beginning', { replaces: asked[0]!.id })
  await expect.poll(() => questionsIn(tab)).toEqual(['at the beginning'])
  await choose(asked[39]!.id)
  await expect.poll(() => questionsIn(tab).at(-1)).toBe('question 39')
  await tab.history.loadOlder()
  expect(questionsIn(tab)).toEqual(questions)
})

test('a message that waits and is cancelled or replaced elsewhere goes from this tab, and the others keep their places', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = crypto.randomUUID()
  const sender = await server.connect()
  await sender.ask({ session_id: session, text: 'first' })
  await expect.poll(() => turns.length).toBe(1)
  const [second, third] = [await sender.ask({ session_id: session, text: 'second' }), await sender.ask({ session_id: session, text: 'third' })]
  await sender.ask({ session_id: session, text: 'fourth' })
  const tab = await openConnectedTab({ session, url: server.url, line: DistantLine })
  await expect.poll(() => questionsIn(tab)).toEqual(['first', 'second', 'third', 'fourth'])

  await server.request(`/api/sessions/${session}/messages/${second.id}`, { method: 'DELETE' })
  await expect.poll(() => questionsIn(tab)).toEqual(['first', 'third', 'fourth'])
  await sender.ask({ session_id: session, text: 'instead', replaces: third.id })
  await expect.poll(() => questionsIn(tab)).toEqual(['first', 'instead', 'fourth'])
})
