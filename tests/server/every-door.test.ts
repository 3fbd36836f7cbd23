import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import { withPartEvent } from '../../src/shared/parts/partEvents.ts'
import type { SessionEvent } from '../../src/shared/protocol/frames.ts'
import { Message } from '../../src/shared/protocol/message.ts'
import type { Part, PartAnswer } from '../../src/shared/protocol/parts.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'

const ASKS = '/think hard\n/write sub/a.txt one\n/edit sub/a.txt one => two\n/read missing.txt\n/tasks A | B\n/ask Which? | A | B\n/allow Do it\n/write node_modules/x.js y\n/slow 3'

/** What comes of it, whoever asks and however. */
const PARTS = [
  { type: 'thinking', text: 'hard' },
  { type: 'tool', name: 'Write', status: 'done', output: { change: { path: 'sub/a.txt' } }, parentId: null },
  { type: 'tool', name: 'Edit', status: 'done', output: { change: { path: 'sub/a.txt', hunks: [{ lines: ['-one', '+two'] }] } } },
  { type: 'tool', name: 'Read', status: 'failed', output: { text: 'There is no file missing.txt.' } },
  { type: 'tasks', items: [{ text: 'A' }, { text: 'B' }] },
  { type: 'question', status: 'answered', answers: { 'Which?': 'B' } },
  { type: 'text', text: 'You chose B.' },
  { type: 'permission', status: 'allowed' },
  { type: 'text', text: 'Allowed' },
  { type: 'tool', name: 'Write', status: 'done' },
  { type: 'text', text: '1 2 3' },
  { type: 'notice', code: 'left_out' },
]

type Server = Awaited<ReturnType<typeof openServer>>

const answerFor = ({ type }: Part): PartAnswer => type === 'question' ? { answers: { 'Which?': 'B' } } : { allow: 'once' }
const isWaiting = (part: Part) => (part.type === 'question' || part.type === 'permission') && part.status === 'waiting'

/** What a stream of events adds up to, and each question answered as it comes. */
function createListener(answer: (message: string, part: Part) => Promise<unknown>) {
  let growing: Message | undefined
  return {
    async hear(event: SessionEvent): Promise<Message | undefined> {
      if (event.type === 'turn_started')
        growing = event.message
      else if (growing && 'message_id' in event && 'type' in event && (event.type === 'part_added' || event.type === 'part_updated' || event.type === 'part_removed' || event.type === 'text_delta'))
        growing = withPartEvent(growing, event)
      if (event.type === 'part_added' && isWaiting(event.part))
        await answer(event.message_id, event.part)
      return event.type === 'message_completed' ? growing : undefined
    },
  }
}

const overRest = (server: Server) => async (message: string, part: Part) =>
  expect((await server.request(`/api/sessions/one/messages/${message}/parts/${part.id}/answer`, json(answerFor(part)))).status).toBe(200)

const doors: Record<string, (server: Server) => Promise<Message>> = {
  async 'the socket'(server) {
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: ASKS })
    for (const type of ['question', 'permission']) {
      const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === type)
      tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, ...answerFor(part) })
    }
    await tab.answerTo(asked)
    const { hear } = createListener(async () => undefined)
    let whole: Message | undefined
    for (const frame of tab.frames)
      whole = await hear(frame as SessionEvent) ?? whole
    return whole!
  },

  async 'REST, page after page'(server) {
    const { message } = await (await server.request('/api/sessions/one/messages', json({ content: ASKS }))).json() as PostedMessage
    const read = async () => (await server.messages('one')).find(({ replyTo }) => replyTo === message.id)
    for (const type of ['question', 'permission']) {
      const waiting = async () => (await read())?.parts.find(part => part.type === type)
      await eventually(waiting).toBeDefined()
      await overRest(server)((await read())!.id, (await waiting())!)
    }
    await eventually(async () => (await read())?.status).toBe('complete')
    return (await read())!
  },

  async 'a stream of events'(server) {
    const response = await server.request('/api/sessions/one/messages', json({ content: ASKS }, { accept: 'text/event-stream' }))
    const { hear } = createListener(overRest(server))
    let text = ''
    let whole: Message | undefined
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (text + piece).split('\n')
      text = lines.pop()!
      for (const line of lines) {
        if (line.startsWith('data: '))
          whole = await hear(JSON.parse(line.slice(6)) as SessionEvent) ?? whole
      }
    }
    return whole!
  },

  async 'the SDK'(server) {
    const satchel = createSatchelClient({ baseUrl: server.url })
    const { hear } = createListener((message, part) => satchel.answerPart('one', message, part.id, answerFor(part)))
    let whole: Message | undefined
    for await (const event of satchel.streamMessage('one', ASKS)) {
      if (event.type !== 'message_accepted' && event.type !== 'resync_required')
        whole = await hear(event) ?? whole
    }
    return whole!
  },
}

test.each(Object.keys(doors))('through %s every kind of part comes typed and in its order, and is the same after a reload', async (door) => {
  const server = await openServer()
  await server.request('/api/sessions', json({ id: 'one' }))

  const heard = await doors[door]!(server)

  expect(heard.parts).toMatchObject(PARTS)
  expect(heard.parts).toHaveLength(PARTS.length)
  expect(Message.parse(heard).parts).toEqual(heard.parts)
  const stored = (await server.messages('one')).find(({ id }) => id === heard.id)!
  expect(heard.parts).toEqual(stored.parts)
  expect(stored.text).toBe('You chose B.\n\nAllowed\n\n1 2 3')
})
