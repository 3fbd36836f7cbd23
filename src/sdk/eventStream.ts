import { timeoutError } from './satchelError.ts'

export interface ServerSentEvent {
  /** `message` where the server named none. */
  event: string
  data: string
  /** The last one that was given; to come back to. */
  id?: string
}

const LINE_END = /\r\n|\n|\r(?!$)/ // a carriage return at the very end may be half of a line's end

/**
 * The events of a `text/event-stream`, as soon as each is complete. One that the end of the stream cuts off is none.
 * @param silenceMs milliseconds after which a stream that brings nothing is given up. @throws then
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, silenceMs = Infinity): AsyncGenerator<ServerSentEvent> {
  let fields = emptyFields()
  let id: string | undefined
  for await (const line of readLines(body, silenceMs)) {
    if (line === '') {
      if (fields.data.length)
        yield { event: fields.event, data: fields.data.join('\n'), id }
      fields = emptyFields()
      continue
    }
    const [, name, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (name === 'data')
      fields.data.push(value)
    if (name === 'event')
      fields.event = value
    if (name === 'id')
      id = value
  }
}

const emptyFields = () => ({ event: 'message', data: [] as string[] })

async function* readLines(body: ReadableStream<Uint8Array>, silenceMs: number) {
  const reader = body.getReader()
  const decoder = new TextDecoder() // keeps the half of a character that a chunk ends with
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read())
      if (done)
        return
      const lines = (rest + decoder.decode(value, { stream: true })).split(LINE_END)
      rest = lines.pop() ?? ''
      yield* lines
    }
  }
  finally {
    await reader.cancel().catch(() => undefined) // whoever stops listening does not care how the stream ends
  }
}

async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  if (milliseconds === Infinity)
    return work
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timeoutError(milliseconds)), milliseconds)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
