import { expect, test } from 'vitest'
import { readEvents, type ServerSentEvent } from '../../src/sdk/eventStream.ts'

async function eventsOf(bytes: Uint8Array, cut: number) {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let start = 0; start < bytes.length; start += cut)
        controller.enqueue(bytes.subarray(start, start + cut))
      controller.close()
    },
  })
  const events: ServerSentEvent[] = []
  for await (const event of readEvents(stream))
    events.push(event)
  return events
}

test('events are the same however the network cuts them, also in the middle of a character', async () => {
  const text = ': a comment\n\nid: 1\nevent: first\ndata: {"a":"Grüße 👋"}\n\r\ndata: two\r\ndata: lines\r\n\r\nid:2\rdata\r\rretry: 10\nother: x\n\ndata: cut off'
  const expected = [
    { event: 'first', data: '{"a":"Grüße 👋"}', id: '1' },
    { event: 'message', data: 'two\nlines', id: '1' },
    { event: 'message', data: '', id: '2' },
  ]

  for (const cut of [1, 2, 3, 7, 1000])
    expect(await eventsOf(new TextEncoder().encode(text), cut), `in pieces of ${cut}`).toEqual(expected)
})

test('whoever leaves early ends the stream', async () => {
  let cancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull: controller => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
    cancel() { cancelled = true },
  })

  for await (const event of readEvents(stream)) {
    expect(event.data).toBe('x')
    break
  }
  expect(cancelled).toBe(true)
})
