import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'

async function open() {
  const server = await openServer()
  const satchel = createSatchelClient({ baseUrl: server.url, firstPauseMs: 1 })
  const { id } = await satchel.createSession({ title: 'Report' })
  const send = async (text: string, options = {}): Promise<Message> => (await (await satchel.sendMessage(id, text, options)).json() as PostedMessage).message
  const messages = async () => (await satchel.listMessages(id)).messages
  const answerTo = async (asked: Message): Promise<Message> => {
    await eventually(async () => (await messages()).find(({ replyTo }) => replyTo === asked.id)?.status).toBe('complete')
    return (await messages()).find(({ replyTo }) => replyTo === asked.id)!
  }
  const idle = () => eventually(async () => (await satchel.getSession(id)).running).toBe(false)
  return { satchel, id, send, messages, answerTo, idle }
}

test('a script answers what the agent asks while its turn is streamed', async () => {
  const { satchel, id } = await open()
  let text = ''
  for await (const event of satchel.streamMessage(id, '/ask Which? | A | B')) {
    if (event.type === 'part_added' && event.part.type === 'question')
      expect(await satchel.answerPart(id, event.message_id, event.part.id, { answers: { 'Which?': 'B' } })).toMatchObject({ status: 'answered' })
    if (event.type === 'message_completed')
      text = event.message.text
  }

  expect(text).toBe('You chose B.')
})

test('a script changes, cancels and hurries what waits, and stops what runs', async () => {
  const { satchel, id, send, messages, answerTo, idle } = await open()
  const long = await send('/slow 9999')
  const [edited, cancelled, hurried, added] = [await send('/slow 2'), await send('cancelled'), await send('/slow 4'), await send('/slow 1')]

  expect((await satchel.editMessage(id, edited.id, { text: '/slow 3' })).text).toBe('/slow 3')
  await satchel.cancelMessage(id, cancelled.id)
  await eventually(async () => (await messages()).find(({ replyTo }) => replyTo === long.id)?.text).toMatch(/^1 2/) // the agent listens by now
  expect(await satchel.steerMessage(id, added.id, 'next')).toMatchObject({ status: 'running', addedTo: expect.any(String) as string })
  await expect(satchel.steerMessage(id, added.id, 'now')).rejects.toMatchObject({ status: 409 })
  await satchel.steerMessage(id, hurried.id, 'now')

  expect((await answerTo(added)).text).toBe('1') // the turn was stopped before it was heard
  expect((await answerTo(hurried)).text).toBe('1 2 3 4')
  expect((await answerTo(edited)).text).toBe('1 2 3')
  expect((await messages()).find(({ replyTo }) => replyTo === long.id)?.status).toBe('cancelled')
  await expect(satchel.editMessage(id, edited.id, { text: 'late' })).rejects.toMatchObject({ status: 409 })
  await idle()
  const stopped = await send('/slow 9999')
  await eventually(async () => (await messages()).find(({ replyTo }) => replyTo === stopped.id)?.status).toBe('running')
  await satchel.stopTurn(id)
  await eventually(async () => (await messages()).find(({ replyTo }) => replyTo === stopped.id)?.status).toBe('cancelled')
})

test('a script attaches what the agent made, asks the same again, goes between versions, renames and deletes', async () => {
  const { satchel, id, send, messages, answerTo, idle } = await open()
  const asked = await send('/write plan.txt the plan')
  const [file] = (await answerTo(asked)).attachments
  await idle()

  const attached = await send('look', { attachmentIds: [file!.id] })
  expect(attached.attachments).toMatchObject([{ filename: 'plan.txt', sha256: file!.sha256 }])
  await answerTo(attached)
  await idle()
  const again = await satchel.retryMessage(id, asked.id)
  await answerTo(again)
  await idle()
  expect(again.branch).toMatchObject({ index: 2, count: 2 })
  expect(await messages()).toHaveLength(2)
  await satchel.chooseVersion(id, asked.id)
  expect(await messages()).toHaveLength(4)
  const edited = await send('/slow 2', { replaces: attached.id })
  expect(edited.branch).toMatchObject({ index: 2, count: 2, previousId: attached.id })
  await answerTo(edited)

  expect((await satchel.renameSession(id, 'Renamed')).title).toBe('Renamed')
  await satchel.deleteSession(id)
  await expect(satchel.getSession(id)).rejects.toMatchObject({ status: 404 })
})
