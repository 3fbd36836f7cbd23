import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import type { StreamedEvent } from '../../src/sdk/streamedEvent.ts'
import { withPartEvent } from '../../src/shared/parts/partEvents.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Part } from '../../src/shared/protocol/parts.ts'

const text = (id: string, said: string): Part => ({ type: 'text', id, text: said })
const tool = (status: 'running' | 'done'): Part =>
  ({ type: 'tool', id: 'tool', name: 'Read', title: 'Read a.txt', input: {}, status, startedAt: '2026-01-01T00:00:00.000Z', endedAt: null, output: null, parentId: null })
const question: Part = { type: 'question', id: 'question', questions: [], status: 'waiting', answers: null }

const answer = (parts: Part[], status: Message['status'] = 'running'): Message => ({
  id: 'answer', clientMessageId: null, replyTo: 'asked', sessionId: 'one', role: 'assistant', author: null, sequence: 2, status,
  text: parts.flatMap(part => part.type === 'text' ? [part.text] : []).join('\n\n'), parts, model: null, effort: null, usage: null,
  createdAt: '2026-01-01T00:00:00.000Z', attachments: [], branch: { index: 1, count: 1, previousId: null, nextId: null }, problem: null,
  attachmentUrl: null, attachmentType: null, attachmentName: null,
})

const accepted = { type: 'message_accepted', message_id: 'asked', session_id: 'one', replayed: false }
const started = (...parts: Part[]) => ({ type: 'turn_started', message: answer(parts) })
const added = (part: Part) => ({ type: 'part_added', message_id: 'answer', part })
const delta = (part_id: string, said: string) => ({ type: 'text_delta', message_id: 'answer', part_id, delta: said })
const completed = (...parts: Part[]) => ({ type: 'message_completed', message: answer(parts, 'complete') })

/** What a program is told where the server tells this, one connection after the other. */
async function hear(...connections: { type: string }[][]): Promise<StreamedEvent[]> {
  let id = 0
  const frame = (event: { type: string }) => `id: ${++id}\ndata: ${JSON.stringify({ event_id: id, previous_event_id: null, session_id: 'one', ...event })}\n\n`
  const fetchIt = async () => new Response(`data: ${JSON.stringify(accepted)}\n\n${(connections.shift() ?? []).map(frame).join('')}`)
  const client = createSatchelClient({ baseUrl: 'http://127.0.0.1:1', fetch: fetchIt, firstPauseMs: 1 })
  const heard: StreamedEvent[] = []
  for await (const event of client.streamMessage('one', 'hello'))
    heard.push(event)
  return heard
}

const printed = (events: StreamedEvent[]) => events.flatMap(event => event.type === 'text_delta' ? [event.delta] : []).join('')
const parts = (events: StreamedEvent[]) => events.flatMap(event => event.type === 'part_added' ? [event.part.id] : [])
const types = (events: StreamedEvent[]) => events.map(({ type }) => type)

/** What the events add up to for a program that keeps the answer itself. */
function kept(events: StreamedEvent[]): Part[] {
  let message: Message | undefined
  for (const event of events) {
    if (event.type === 'turn_started')
      message = event.message
    if (event.type === 'part_added' || event.type === 'part_updated' || event.type === 'part_removed' || event.type === 'text_delta')
      message = withPartEvent(message!, event)
  }
  return message?.parts ?? []
}

test('a program that prints each text_delta has the beginning, too, of an answer that was under way before the server listened', async () => {
  const events = await hear([started(tool('done'), text('a', 'One, ')), delta('a', 'two.'), completed(tool('done'), text('a', 'One, two.'))])

  expect(printed(events)).toBe('One, two.')
  expect(parts(events)).toEqual(['tool', 'a'])
  expect(kept(events)).toEqual([tool('done'), text('a', 'One, two.')])
})

test('a question that waits before the server listened comes as a part of its own', async () => {
  const events = await hear([started(question), completed(question)])

  expect(events).toContainEqual(expect.objectContaining({ type: 'part_added', message_id: 'answer', part: question }))
})

test('an answer that is whole before the server listened is told piece by piece', async () => {
  const events = await hear([completed(text('a', 'One.'), text('b', 'Two.'))])

  expect(types(events)).toEqual(['message_accepted', 'turn_started', 'part_added', 'text_delta', 'part_added', 'text_delta', 'message_completed'])
  expect(kept(events)).toEqual([text('a', 'One.'), text('b', 'Two.')])
})

test('an answer that is told from its beginning goes by as it is', async () => {
  const events = await hear([started(), added(text('a', '')), delta('a', 'One, '), delta('a', 'two.'), completed(text('a', 'One, two.'))])

  expect(types(events)).toEqual(['message_accepted', 'turn_started', 'part_added', 'text_delta', 'text_delta', 'message_completed'])
  expect(printed(events)).toBe('One, two.')
})

test('what was said while a connection was lost comes once, and what was told does not come again', async () => {
  const events = await hear(
    [started(), added(tool('running')), added(text('a', '')), delta('a', 'One, ')],
    [started(tool('done'), text('a', 'One, two, '), question), delta('a', 'three'), added(text('b', ''))],
    [completed(tool('done'), text('a', 'One, two, three.'), question, text('b', ' Four.'))],
  )

  expect(printed(events)).toBe('One, two, three. Four.')
  expect(parts(events)).toEqual(['tool', 'a', 'question', 'b'])
  expect(types(events).filter(type => type === 'turn_started' || type === 'message_accepted')).toEqual(['message_accepted', 'turn_started'])
  expect(kept(events)).toEqual([tool('done'), text('a', 'One, two, three.'), question, text('b', ' Four.')])
})

test('what was withdrawn while a connection was lost is withdrawn', async () => {
  const events = await hear(
    [started(), added(text('a', '')), delta('a', 'Perhaps'), added(text('b', '')), delta('b', 'No')],
    [started(text('b', 'Yes'))],
    [completed(text('b', 'Yes'))],
  )

  expect(kept(events)).toEqual([text('b', 'Yes')])
})

test('what a server that died had told is corrected also where the answer is complete by then', async () => {
  const events = await hear(
    [started(), added(tool('running')), added(text('a', '')), delta('a', 'Perhaps'), added(text('b', '')), delta('b', 'No')],
    [completed(tool('done'), text('a', 'Yes'))],
  )

  expect(kept(events)).toEqual([tool('done'), text('a', 'Yes')])
  expect(types(events).at(-1)).toBe('message_completed')
})
