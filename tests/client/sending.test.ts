import { openDB } from 'idb'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { getDraftMedias } from '../../src/client/utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { LIMITS } from '../../src/shared/attachments.ts'
import { leavingStore, roomForBytes } from '../helpers/disks.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { Line, openConnectedTab } from '../helpers/connectedTab.ts'
import { jpeg, png, text as textFile } from '../helpers/files.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'
import { until } from '../helpers/eventually.ts'

const everyMedia = async (ids: readonly string[]) => (await getDraftMedias(ids)).map(({ name }) => name)

test('a message with attachments arrives whole, and only then the draft goes', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, history, outbox, attachments, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  await add([textFile('first.txt', 'ünï'), png('second.png'), jpeg('third.jpg')])
  text.value = 'look'
  const ids = attachments.value.map(({ id }) => id)

  await send()
  expect(text.value).toBe('')
  expect(attachments.value).toEqual([])

  await expect.poll(() => outbox.messages).toEqual([])
  await expect.poll(() => history.running.value || history.items.value.length).toBe(2)
  expect(await getDraftMessage(session.value)).toBeUndefined()
  await expect.poll(() => everyMedia(ids)).toEqual([])
  const [sent] = await server.messages(session.value)
  expect(sent).toMatchObject({ text: 'look', role: 'user' })
  expect(sent!.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['first.txt', 'text/plain'], ['second.png', 'image/png'], ['third.jpg', 'image/jpeg'],
  ])
})

test('a file for which the server\'s storage is away says so while it waits, and goes by itself when that is back', async () => {
  const dataFolder = await temporaryFolder()
  const { blobs, leave, comeBack } = leavingStore(await openBlobStore({ kind: 'folder', folder: path.join(dataFolder, 'attachments') }))
  const server = await openServer({ dataFolder, blobs })
  const session = newSession()
  const { add, text, send, history, outbox, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  await add([png('one.png')])
  text.value = 'look'
  leave()
  await send()

  await expect.poll(() => history.items.value[0]?.delay).toBe('The server cannot reach its storage at the moment. Nothing was saved.')
  comeBack()
  await expect.poll(() => outbox.messages).toEqual([])
  await expect.poll(async () => (await server.messages(session.value))[0]).toMatchObject({ text: 'look' })
  expect(history.items.value[0]?.delay).toBeUndefined()
})

test('a message for which the server has no room says so while it waits, and goes by itself when there is some', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, history, outbox, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  await add([png('one.png')])
  text.value = 'look'
  const makeRoom = await roomForBytes(0)
  onTestFinished(makeRoom)
  await send()

  await expect.poll(() => history.items.value[0]?.delay).toBe('The server has no room left. Nothing was saved.')
  makeRoom()
  await expect.poll(() => outbox.messages).toEqual([])
  await expect.poll(async () => (await server.messages(session.value))[0]).toMatchObject({ text: 'look' })
})

test('a message that was accepted without this tab hearing of it, and cancelled elsewhere since, is not begun anew, nor shown as refused', async () => {
  const dataFolder = await temporaryFolder()
  const away = await openServer({ dataFolder })
  await away.close()
  const session = newSession()
  const { text, send, outbox, connection } = await openConnectedTab({ session, url: away.url })
  text.value = 'second'
  await send()
  const id = outbox.messages[0]!.id

  const { agent, turns } = scriptedAgent()
  const server = await openServer({ dataFolder, agent, port: Number(new URL(away.url).port) })
  const other = await server.connect()
  await other.ask({ session_id: session.value, text: 'first' })
  await expect.poll(() => turns.length).toBe(1)
  const accepted = await other.ask({ session_id: session.value, message_id: id, text: 'second' })
  await server.request(`/api/sessions/${session.value}/messages/${accepted.id}`, { method: 'DELETE' })
  await until(() => connection.retry())

  await expect.poll(() => outbox.messages).toEqual([])
  turns[0]!.finish()
  await expect.poll(async () => (await server.messages(session.value)).map(({ status }) => status)).toEqual(['complete', 'complete'])
  expect(turns).toHaveLength(1)
})

test('without a connection messages wait, the composer is free, and all go in their order when the server is there', async () => {
  const dataFolder = await temporaryFolder()
  const away = await openServer({ dataFolder })
  await away.close()
  const session = newSession()
  const { add, text, send, shown, outbox, connection } = await openConnectedTab({ session, url: away.url })
  text.value = 'are you there?'
  await add([png('one.png')])
  await send()
  text.value = 'anybody?'
  await send()

  expect(shown()).toEqual([
    { role: 'user', status: 'waiting', text: 'are you there?' },
    { role: 'user', status: 'waiting', text: 'anybody?' },
  ])
  expect((await getOutbox()).map(message => message.text)).toEqual(['are you there?', 'anybody?'])

  const server = await openServer({ dataFolder, port: Number(new URL(away.url).port) })
  await until(() => connection.retry())
  await expect.poll(() => outbox.messages).toEqual([])
  expect((await server.messages(session.value)).filter(({ role }) => role === 'user')).toMatchObject([
    { text: 'are you there?', attachments: [{ filename: 'one.png' }] },
    { text: 'anybody?', attachments: [] },
  ])
})

test('a message under way when the tab closed is sent by the next one, once', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = newSession()
  const first = await openTab(session)
  first.text.value = 'from a tab that died'
  await first.add([png('one.png')])
  await first.outbox.enqueue(session.value)
  const { id } = (await getOutbox())[0]!

  const { outbox } = await openConnectedTab({ session, url: server.url })

  await expect.poll(() => turns.length).toBe(1)
  await expect.poll(() => outbox.messages).toEqual([])
  expect(await server.messages(session.value)).toMatchObject([
    { clientMessageId: id, text: 'from a tab that died', attachments: [{ filename: 'one.png' }] },
    { role: 'assistant' },
  ])
  expect(await getOutbox()).toEqual([])
  turns[0]!.finish()
})

test('when the acknowledgement is lost the message is still there once, and the draft goes', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  let lost = 0
  class LossyLine extends Line {
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event === 'message' && !lost && String(args[0]).includes('"message_accepted"')) {
        lost++
        this.terminate()
        return true
      }
      return super.emit(event, ...args)
    }
  }
  const session = newSession()
  const { text, send, outbox, connection } = await openConnectedTab({ session, url: server.url, line: LossyLine })
  await expect.poll(() => connection.state.value).toBe('open')
  text.value = 'once only'
  await send()

  await expect.poll(() => lost).toBe(1)
  await expect.poll(() => outbox.messages).toEqual([])
  expect(lost).toBe(1)
  expect((await server.messages(session.value)).filter(({ role }) => role === 'user')).toHaveLength(1)
  expect(turns).toHaveLength(1)
  turns[0]!.finish()
})

test('Send pressed many times in a row is one message', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = newSession()
  const { text, send, outbox, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  text.value = 'impatient'

  await Promise.all([send(), send(), send()])

  await expect.poll(() => turns.length).toBe(1)
  await expect.poll(() => outbox.messages).toEqual([])
  expect((await server.messages(session.value)).filter(({ role }) => role === 'user')).toHaveLength(1)
  turns[0]?.finish()
})

test('a refused message stays in sight with its reason, holds nobody up, and can be edited: text and files are a draft again', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, edit, history, outbox, attachments, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  await add([png('good.png'), png('bad.png', 2)])
  text.value = 'keep me'
  await corrupt(attachments.value[1]!.id)

  await send()
  text.value = 'this one is fine'
  await send()

  const mine = () => history.items.value.filter(({ role }) => role === 'user')
  await expect.poll(() => mine().map(item => item.status)).toEqual([expect.stringMatching(/accepted|complete/), 'unsent'])
  const unsent = mine()[1]!
  expect(unsent).toMatchObject({ text: 'keep me', problem: expect.stringMatching(/bad\.png/) })
  expect(unsent.attachments.map(({ name }) => name)).toEqual(['good.png', 'bad.png'])
  expect(await getOutbox()).toMatchObject([{ text: 'keep me', problem: expect.any(String) }])

  await add([png('written since.png', 3)])
  text.value = 'written since'
  await edit(unsent)

  expect(text.value).toBe('keep me\nwritten since')
  expect(attachments.value.map(({ name }) => name)).toEqual(['good.png', 'bad.png', 'written since.png'])
  expect(outbox.messages).toEqual([])
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'keep me\nwritten since', mediaIds: attachments.value.map(({ id }) => id) })
})

test('a refused message that is tried again goes under the same id, and one that is discarded comes back by Undo', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, retry, discard, undo, history, outbox, attachments, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  await add([png('one.png')])
  const { id } = attachments.value[0]!
  const { base64: sound } = (await getDraftMedias([id]))[0]!
  text.value = 'again'
  await corrupt(id)
  await send()
  const unsent = () => history.items.value.find(({ status }) => status === 'unsent')
  await expect.poll(unsent).toBeDefined()
  const { key } = unsent()!

  await discard(unsent()!)
  expect(await getOutbox()).toEqual([])
  expect(await getDraftMedias([id])).toEqual([])
  await undo.take([...undo.offers.keys()][0]!)
  expect((await getOutbox()).map(message => message.id)).toEqual([key])

  await corrupt(id, sound)
  await retry(unsent()!)

  await expect.poll(() => outbox.messages).toEqual([])
  expect((await server.messages(session.value))[0]).toMatchObject({ clientMessageId: key, text: 'again', attachments: [{ filename: 'one.png' }] })
})

/** Another browser extension, or a damaged disk: bytes that are not what the record says, which only the server will see. */
async function corrupt(id: string, base64 = btoa('this is not a picture')) {
  const db = await openDB('satchel')
  for (const store of ['draftMedias', 'draftThumbnails']) {
    const { base64: before, ...record } = await db.get(store, id) as DraftMedia
    await db.put(store, { ...record, size: base64.length, ...before !== undefined && { base64 } })
  }
  db.close()
}

test('a message that is too large as it would travel is not sent, and says what to do', async () => {
  const server = await openServer()
  const session = newSession()
  const { text, send, edit, history, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  text.value = 'x'.repeat(LIMITS.messageBytes)

  await send()

  await expect.poll(() => history.items.value[0]?.problem).toMatch(/limit is 30 MB\. Shorten its text/)
  await edit(history.items.value[0]!)
  expect(text.value).toHaveLength(LIMITS.messageBytes)
  expect(await server.sessions()).toEqual([])
})

test('the answer appears as it streams, and stopping keeps what was said', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = newSession()
  const { text, send, shown, history, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  text.value = 'tell me'
  await send()
  await expect.poll(() => turns.length).toBe(1)

  turns[0]!.say('Once upon')
  await expect.poll(shown).toContainEqual({ role: 'assistant', status: 'running', text: 'Once upon' })
  turns[0]!.say(' a time')
  await expect.poll(shown).toContainEqual({ role: 'assistant', status: 'running', text: 'Once upon a time' })
  expect(history.running.value).toBe(true)

  connection.stop(session.value)
  await expect.poll(shown).toContainEqual({ role: 'assistant', status: 'cancelled', text: 'Once upon a time' })
})

test('a tab that was away in the middle of an answer misses and doubles nothing', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const lines: Line[] = []
  class CountedLine extends Line {
    constructor(address: string) {
      super(address)
      lines.push(this)
    }
  }
  const session = newSession()
  const { text, send, shown, connection } = await openConnectedTab({ session, url: server.url, line: CountedLine })
  await expect.poll(() => connection.state.value).toBe('open')
  text.value = 'count'
  await send()
  await expect.poll(() => turns.length).toBe(1)
  turns[0]!.say('one ')
  await expect.poll(shown).toContainEqual(expect.objectContaining({ text: 'one ' }))

  lines.at(-1)!.terminate()
  turns[0]!.say('two ')
  await expect.poll(() => lines.length).toBe(2)
  turns[0]!.say('three')
  turns[0]!.finish()

  await expect.poll(shown).toContainEqual({ role: 'assistant', status: 'complete', text: 'one two three' })
})

test('a title given to a draft reaches the server with its first message', async () => {
  const server = await openServer()
  const session = newSession()
  const { text, send, sessions, local, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value).toBe('open')
  await local.add(session.value)
  await sessions.rename(session.value, 'Quarterly figures')
  text.value = 'hello'

  await send()

  await expect.poll(async () => (await server.sessions()).map(({ title }) => title)).toEqual(['Quarterly figures'])
  expect(sessions.titleOf(session.value)).toBe('Quarterly figures')
})
