export interface ServerSentEvent {
  /** `message` where the server named none. */
  event: string
  data: string
  /** The last one that was given; to come back to. */
  id?: string
}

const LINE_END = /\r\n|\n|\r(?!$)/ // a carriage return at the very end may be half of a line's end

/** The events of a `text/event-stream`, as soon as each is complete. One that the end of the stream cuts off is none. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let fields = emptyFields()
  let id: string | undefined
  for await (const line of readLines(body)) {
    if (line === '') {
      if (fields.data.length)
        yield { event: fields.event, data: fields.data.join('\n'), id }
      fields = emptyFields()
      continue
    }
    const [, name, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line)!
    if (name === 'data')
      fields.data.push(value)
    if (name === 'event')
      fields.event = value
    if (name === 'id')
      id = value
  }
}

const emptyFields = () => ({ event: 'message', data: [] as string[] })

async function* readLines(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader()
  const decoder = new TextDecoder() // keeps the half of a character that a chunk ends with
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done)
        return
      const lines = (rest + decoder.decode(value, { stream: true })).split(LINE_END)
      rest = lines.pop()!
      yield* lines
    }
  }
  finally {
    await reader.cancel().catch(() => undefined) // whoever stops listening does not care how the stream ends
  }
}
