import type { Connection } from './connection.ts'
import { readEvents } from './eventStream.ts'
import { messageRequest, type SendOptions } from './messageRequest.ts'
import { networkError } from './satchelError.ts'
import type { StreamedEvent } from './streamedEvent.ts'
import { required } from '../shared/required.ts'
import { createWholeAnswer } from './wholeAnswer.ts'

const LAST = ['message_completed', 'session_deleted', 'resync_required']
/** Connections in a row that brought no event. */
const MAX_EMPTY_RECONNECTS = 3

export async function* streamTurn(connection: Connection, path: string, content: string, options: SendOptions): AsyncGenerator<StreamedEvent, void, undefined> {
  const request = messageRequest(content, options, 'text/event-stream')
  let lastEventId: string | undefined
  let isAccepted = false
  const wholeAnswer = createWholeAnswer()
  for (let emptyReconnects = 0; emptyReconnects < MAX_EMPTY_RECONNECTS; emptyReconnects++) {
    const resumed: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const response = await connection.request(path, { ...request, headers: { ...request.headers, ...resumed } })
    for await (const { data, id } of untilLost(response, connection.silenceMs, options.signal)) {
      const event = JSON.parse(data) as StreamedEvent
      if (event.type !== 'message_accepted' || !isAccepted)
        yield* wholeAnswer(event)
      if (LAST.includes(event.type))
        return
      isAccepted ||= event.type === 'message_accepted'
      if (id !== undefined)
        emptyReconnects = -1
      lastEventId = id ?? lastEventId
    }
  }
  throw networkError(new Error('the stream broke off'))
}

/** Ends also where the connection does; whether that was the end is seen by the last event. */
async function* untilLost(response: Response, silenceMs: number, signal?: AbortSignal) {
  try {
    yield* readEvents(required(response.body, 'the stream of a 200 reply'), silenceMs)
  }
  catch {
    signal?.throwIfAborted() // otherwise the connection was lost: the caller connects again
  }
}
