import { expect, test } from 'vitest'
import { useGoneSessionsStore } from '../../src/client/stores/goneSessions.ts'
import { getAllDrafts } from '../../src/client/utils/storage/textStorage.ts'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { openConnectedTab } from '../helpers/connectedTab.ts'
import { eventually, until } from '../helpers/eventually.ts'
import { png, text as textFile } from '../helpers/files.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const TOLD = 'This session was deleted; your draft is kept'
type Server = Awaited<ReturnType<typeof openServer>>

const deleteSession = (server: Server, id: string) => server.app.inject({ method: 'DELETE', url: `/api/sessions/${id}`, headers: { host: 'localhost' } })

/** A tab on a session in which something was said and answered. */
async function openAnswered(server: Server) {
  const session = newSession()
  const elsewhere = await server.connect()
  await elsewhere.answerTo(await elsewhere.ask({ session_id: session.value, text: 'said before' }))
  const tab = await openConnectedTab({ session, url: server.url })
  await eventually(() => tab.shown().length).toBe(2)
  return { session, tab }
}

test('a session that is deleted elsewhere shows nothing any more, keeps its draft and sends nothing', async () => {
  const server = await openServer()
  const { session, tab } = await openAnswered(server)
  tab.text.value = 'not sent yet'
  await tab.add([png('kept.png')])

  await deleteSession(server, session.value)

  await eventually(tab.told).toEqual([TOLD])
  expect(tab.shown()).toEqual([])
  expect([tab.text.value, tab.attachments.value.map(({ name }) => name)]).toEqual(['not sent yet', ['kept.png']])
  await tab.send()
  expect(tab.text.value).toBe('not sent yet')
  expect(await getOutbox()).toEqual([])
  expect(await server.sessions()).toEqual([])
  expect(tab.sessions.entries).toMatchObject([{ id: session.value, hasDraft: true }])
})

test('what waited for a session that was deleted meanwhile is a draft again, in its order, and makes nothing anew', async () => {
  const dataFolder = await temporaryFolder()
  const first = await openServer({ dataFolder })
  const { session, tab } = await openAnswered(first)
  await first.close()
  await eventually(() => tab.connection.state.value).not.toBe('open')
  for (const words of ['one', 'two']) {
    tab.text.value = words
    await tab.add([textFile(`${words}.txt`, words)])
    await tab.send()
  }
  tab.text.value = 'three'
  const between = await openServer({ dataFolder }) // on another port: the tab does not find it
  await deleteSession(between, session.value)
  await between.close()

  const server = await openServer({ dataFolder, port: Number(new URL(first.url).port) })
  await until(() => tab.connection.retry())

  await eventually(tab.told).toEqual([TOLD])
  await eventually(getOutbox).toEqual([])
  await eventually(() => tab.text.value).toBe('one\ntwo\nthree')
  await eventually(() => tab.attachments.value.map(({ name }) => name)).toEqual(['one.txt', 'two.txt'])
  expect(tab.shown()).toEqual([])
  expect(await server.rows('sessions')).toEqual([])
  expect(await server.rows('messages')).toEqual([])
})

test('who opens the address of a session that was deleted while they were away is told, with the draft that belonged to it', async () => {
  const server = await openServer()
  const { session, tab } = await openAnswered(server)
  tab.text.value = 'still here'
  await tab.drafts.whenSaved(session.value)
  tab.close()
  await deleteSession(server, session.value)

  const again = await openConnectedTab({ session, url: server.url })

  await eventually(() => useGoneSessionsStore().absenceOf(session.value)).toBe('deleted')
  expect([again.text.value, again.shown()]).toEqual(['still here', []])
})

test('a session that was begun here and is not sent yet is never said to be missing; an address nobody knows is', async () => {
  const server = await openServer()
  const [here, nowhere] = [newSession(), newSession()]
  const before = await openTab(here)
  await before.local.add(here.value)
  before.close()

  const tab = await openConnectedTab({ session: here, url: server.url })
  const gone = useGoneSessionsStore()
  await eventually(() => tab.sessions.loaded).toBe(true)
  await tab.connection.follow(nowhere.value)
  expect([gone.absenceOf(here.value), gone.absenceOf(nowhere.value)]).toEqual([undefined, 'unknown'])
  expect((await getAllDrafts()).sessions.has(nowhere.value)).toBe(false)

  const elsewhere = await server.connect()
  await elsewhere.ask({ session_id: nowhere.value, text: 'now it begins' })
  await eventually(() => gone.absenceOf(nowhere.value)).toBeUndefined()
})

test('a draft goes to another session with all its files', async () => {
  const [from, to] = [newSession(), newSession()]
  const tab = await openTab(from)
  await tab.add([png('one.png'), textFile('two.txt', 'two')])
  tab.text.value = 'take me along'
  await tab.drafts.whenSaved(from.value)

  await tab.data.moveDraft(from.value, to.value)

  const drafts = await getAllDrafts()
  expect(drafts.messages.get(from.value)).toBeUndefined()
  expect(drafts.messages.get(to.value)).toMatchObject({ message: 'take me along' })
  expect((await getDraftMediasBySession(to.value)).map(({ name }) => name)).toEqual(['one.png', 'two.txt'])
  expect(await getDraftMediasBySession(from.value)).toEqual([])
  expect(tab.data.attachmentsOf(to.value).map(({ name }) => name)).toEqual(['one.png', 'two.txt'])
})
