import { expect, test, vi } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import { getDraftMediasBySession, getDraftMessage } from '../../src/client/utils/draftStorage.ts'
import { Line, openConnectedTab } from '../helpers/connectedTab.ts'
import { jpeg, png, text as textFile } from '../helpers/files.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { newSession, openTab } from '../helpers/openTab.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

const patience = { timeout: 10_000 }

test('a message with attachments arrives whole, and only then the draft goes', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, history, drafts, attachments, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  await add([textFile('first.txt', 'ünï'), png('second.png'), jpeg('third.jpg')])
  text.value = 'look'

  await send()
  expect(await getDraftMediasBySession(session.value)).toHaveLength(3)

  await expect.poll(() => drafts.sendingIdOf(session.value), patience).toBeUndefined()
  await expect.poll(() => history.running.value || history.items.value.length, patience).toBe(2)
  expect(text.value).toBe('')
  expect(attachments.value).toEqual([])
  expect(await getDraftMessage(session.value)).toBeUndefined()
  expect(await getDraftMediasBySession(session.value)).toEqual([])
  const [sent] = await server.messages(session.value)
  expect(sent).toMatchObject({ text: 'look', role: 'user' })
  expect(sent!.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['first.txt', 'text/plain'], ['second.png', 'image/png'], ['third.jpg', 'image/jpeg'],
  ])
})

test('without a connection the message waits, shown as being sent, and goes when the server is there', async () => {
  const dataFolder = await temporaryFolder()
  const away = await openServer({ dataFolder })
  await away.close()
  const session = newSession()
  const { text, send, shown, sending, drafts, connection } = await openConnectedTab({ session, url: away.url })
  text.value = 'are you there?'

  await send()
  expect(sending.value).toBe(true)
  expect(shown()).toEqual([{ role: 'user', status: 'sending', text: 'are you there?' }])

  const server = await openServer({ dataFolder, port: Number(new URL(away.url).port) })
  await vi.waitFor(() => connection.retry())
  await expect.poll(() => drafts.sendingIdOf(session.value), patience).toBeUndefined()
  await expect.poll(async () => (await server.messages(session.value)).filter(({ role }) => role === 'user'), patience).toHaveLength(1)
})

test('a message under way when the tab closed is sent by the next one, once', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = newSession()
  const first = await openTab(session)
  first.text.value = 'from a tab that died'
  await first.add([png('one.png')])
  await first.drafts.beginSending(session.value, 'the-message')

  const { drafts } = await openConnectedTab({ session, url: server.url })

  await expect.poll(() => drafts.messages.has(session.value), patience).toBe(false)
  await expect.poll(() => turns.length, patience).toBe(1)
  expect(await server.messages(session.value)).toMatchObject([
    { clientMessageId: 'the-message', text: 'from a tab that died', attachments: [{ filename: 'one.png' }] },
    { role: 'assistant' },
  ])
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
  const { text, send, drafts, connection } = await openConnectedTab({ session, url: server.url, line: LossyLine })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  text.value = 'once only'
  await send()

  await expect.poll(() => drafts.messages.has(session.value), patience).toBe(false)
  expect(lost).toBe(1)
  expect((await server.messages(session.value)).filter(({ role }) => role === 'user')).toHaveLength(1)
  expect(turns).toHaveLength(1)
  turns[0]!.finish()
})

test('Send pressed many times in a row is one message', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = newSession()
  const { text, send, drafts, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  text.value = 'impatient'

  await Promise.all([send(), send(), send()])

  await expect.poll(() => drafts.messages.has(session.value), patience).toBe(false)
  expect((await server.messages(session.value)).filter(({ role }) => role === 'user')).toHaveLength(1)
  turns[0]?.finish()
})

test('a refusal says why and leaves text and files as they were', async () => {
  const server = await openServer()
  const session = newSession()
  const { add, text, send, sending, told, attachments, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  await add([png('good.png'), png('bad.png')])
  text.value = 'keep me'
  await corrupt(attachments.value[1]!.id)

  await send()

  await expect.poll(told, patience).toEqual([expect.stringMatching(/^The message was not sent\. .*bad\.png/)])
  expect(sending.value).toBe(false)
  expect(text.value).toBe('keep me')
  expect(attachments.value.map(({ name }) => name)).toEqual(['good.png', 'bad.png'])
  expect(await server.sessions()).toEqual([])
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'keep me', mediaIds: [expect.any(String), expect.any(String)] })
})

/** As another tab could have changed it: to bytes that are not what the record says, which only the server will see. */
async function corrupt(id: string) {
  const storage = await import('../../src/client/utils/draftStorage.ts')
  const media = await storage.getDraftMedia(id)
  const { base64, ...view } = { ...media!, base64: btoa('this is not a picture'), size: 21 }
  await storage.saveDraftMedia({ ...view, base64 }, view)
}

test('a message that is too large as it would travel is not sent, and says what to do', async () => {
  const server = await openServer()
  const session = newSession()
  const { text, send, told, sending, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  text.value = 'x'.repeat(LIMITS.messageBytes)

  await send()

  await expect.poll(told, patience).toEqual([expect.stringMatching(/limit is 30 MB\. Shorten its text/)])
  expect(sending.value).toBe(false)
  expect(text.value).toHaveLength(LIMITS.messageBytes)
  expect(await server.sessions()).toEqual([])
})

test('the answer appears as it streams, and stopping keeps what was said', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const session = newSession()
  const { text, send, shown, history, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  text.value = 'tell me'
  await send()
  await expect.poll(() => turns.length, patience).toBe(1)

  turns[0]!.say('Once upon')
  await expect.poll(shown, patience).toContainEqual({ role: 'assistant', status: 'running', text: 'Once upon' })
  turns[0]!.say(' a time')
  await expect.poll(shown, patience).toContainEqual({ role: 'assistant', status: 'running', text: 'Once upon a time' })
  expect(history.running.value).toBe(true)

  connection.stop(session.value)
  await expect.poll(shown, patience).toContainEqual({ role: 'assistant', status: 'cancelled', text: 'Once upon a time' })
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
  await expect.poll(() => connection.state.value, patience).toBe('open')
  text.value = 'count'
  await send()
  await expect.poll(() => turns.length, patience).toBe(1)
  turns[0]!.say('one ')
  await expect.poll(shown, patience).toContainEqual(expect.objectContaining({ text: 'one ' }))

  lines.at(-1)!.terminate()
  turns[0]!.say('two ')
  await expect.poll(() => lines.length, patience).toBe(2)
  turns[0]!.say('three')
  turns[0]!.finish()

  await expect.poll(shown, patience).toContainEqual({ role: 'assistant', status: 'complete', text: 'one two three' })
})

test('a title given to a draft reaches the server with its first message', async () => {
  const server = await openServer()
  const session = newSession()
  const { text, send, sessions, drafts, connection } = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => connection.state.value, patience).toBe('open')
  await drafts.addLocalSession(session.value)
  await sessions.rename(session.value, 'Quarterly figures')
  text.value = 'hello'

  await send()

  await expect.poll(async () => (await server.sessions()).map(({ title }) => title), patience).toEqual(['Quarterly figures'])
  expect(sessions.titleOf(session.value)).toBe('Quarterly figures')
})
