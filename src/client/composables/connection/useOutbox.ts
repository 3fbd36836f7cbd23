import { onScopeDispose, watch } from 'vue'
import { LIMITS } from '../../../shared/attachments.ts'
import { useGoneSessionsStore } from '../../stores/goneSessions.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSendingStore } from '../../stores/tabs/sending.ts'
import { useTabsStore } from '../../stores/tabs/tabs.ts'
import { createPauses, mayHoldOthersUp } from '../../utils/network/anotherTry.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { useOutboxFrames, type Refusal } from './useOutboxFrames.ts'
import { useRefusedEdits } from './useRefusedEdits.ts'

/** What became of a message that was handed to the connection; `gone`: another tab took it out before. */
type Outcome = 'accepted' | 'lost' | 'gone' | Refusal

interface Connected {
  /** Aborted when this connection is lost; undefined while there is none. */
  signal: () => AbortSignal | undefined
  send: (frame: Blob) => Promise<void>
}

const unsendable = (error: unknown) => ({ detail: `This browser could not send it: ${(error as Error).message}.` })
const TOO_LARGE = { status: 413, detail: 'It is larger than the server takes: remove a file and send it again.' }

/**
 * Sends what is in the outbox: each session's messages in their order, one at a time, from one tab of the browser at
 * a time. A message goes out once per connection, under the same id, until it is accepted or refused.
 */
export function useOutbox({ signal, send }: Connected) {
  const edits = useRefusedEdits()
  const frames = useOutboxFrames()
  const gone = useGoneSessionsStore()
  const outbox = useOutboxStore()
  const sending = useSendingStore()
  const tabs = useTabsStore()
  /** Handed to the current connection and not answered yet. */
  const underWay = new Map<string, { size: number, finish: (outcome: Outcome) => void }>()
  /** The sessions that this tab is sending, or waits to send, on the current connection. */
  const senders = new Map<string, AbortSignal>()

  watch(() => outbox.waiting, sessionIds => sessionIds.forEach(begin), { flush: 'sync' })

  /** On a new connection: everything that waits. */
  async function resume(): Promise<void> {
    await outbox.refresh()
    outbox.waiting.forEach(begin)
  }

  function begin(sessionId: string) {
    inBackground(run(sessionId), 'What waits in a session was not sent; it will be tried again with the next connection.')
  }

  async function run(sessionId: string) {
    const connection = signal()
    if (!connection || senders.get(sessionId) === connection || gone.isDeleted(sessionId))
      return
    senders.set(sessionId, connection)
    try {
      await tabs.alone(`outbox ${sessionId}`, connection, () => sendAll(sessionId, connection))
    }
    finally {
      if (senders.get(sessionId) === connection)
        senders.delete(sessionId)
    }
    if (!connection.aborted && outbox.next(sessionId)) // came while the last one was being finished
      begin(sessionId)
  }

  async function sendAll(sessionId: string, connection: AbortSignal) {
    await outbox.refresh() // another tab may have sent them
    const pauseAfter = createPauses()
    for (let message = outbox.next(sessionId); message && !connection.aborted && !gone.isDeleted(sessionId); message = outbox.next(sessionId)) {
      const outcome = await sendOne(message, connection)
      if (typeof outcome === 'string' || gone.isDeleted(sessionId)) // refused as a whole: what waits becomes a draft
        continue
      if (outcome.code === 'message_removed') { // it had been accepted, and somebody cancelled, replaced or deleted it since
        await outbox.accepted(message.id)
        continue
      }
      if (await edits.settle(message, outcome, connection))
        continue
      if (mayHoldOthersUp(outcome)) { // the message is fine, and waits
        sending.delays.set(message.id, outcome.detail)
        await pauseAfter(outcome, connection)
        sending.delays.delete(message.id)
        continue
      }
      await outbox.setProblem(message.id, outcome.detail)
    }
  }

  /** As it is now: until the other tabs heard that it is being sent, one of them may have taken it out. */
  async function sendOne(message: OutboxMessage, connection: AbortSignal): Promise<Outcome> {
    let outcome = 'lost' as Outcome
    await sending.send(message.id, connection, async () => {
      const [isHere, built] = await Promise.all([outbox.isHere(message.id), frames.build(message)])
      outcome = isHere ? await transmit(message.id, built, connection) : 'gone'
    })
    if (outcome === 'gone')
      await outbox.refresh()
    return outcome
  }

  async function transmit(id: string, built: Blob | Refusal, connection: AbortSignal): Promise<Outcome> {
    if (!(built instanceof Blob))
      return built
    if (connection.aborted)
      return 'lost'
    return handOver(id, built, connection)
  }

  function handOver(id: string, frame: Blob, connection: AbortSignal): Promise<Outcome> {
    const answered = new AbortController() // nothing of a message stays with its connection, which may live for days
    return new Promise<Outcome>((resolve) => {
      underWay.set(id, { size: frame.size, finish: resolve })
      connection.addEventListener('abort', () => resolve('lost'), { signal: answered.signal })
      send(frame).catch((error: unknown) => resolve(unsendable(error)))
    }).finally(() => {
      underWay.delete(id)
      answered.abort()
    })
  }

  /** The server tells how much of a large frame has arrived: of the first one that it has not answered. */
  function receiving(bytes: number): void {
    const large = [...underWay].find(([, { size }]) => size > LIMITS.binaryFrameBytes)
    if (large)
      sending.progress.set(large[0], Math.min(1, bytes / large[1].size))
  }

  /** The server's word. It counts also when the connection that brought it was not the one that asked. */
  async function accepted(id: string): Promise<void> {
    await outbox.accepted(id)
    underWay.get(id)?.finish('accepted')
  }

  /** @returns whether it is a message of this outbox */
  function refused(id: string, problem: Refusal): boolean {
    underWay.get(id)?.finish(problem)
    return underWay.has(id)
  }

  /** The server closed the connection because of the size of a frame: it would be too large on the next connection as well. */
  function frameTooLarge(): void {
    for (const { finish } of underWay.values())
      finish(TOO_LARGE)
  }

  onScopeDispose(() => underWay.clear())
  return { resume, accepted, refused, receiving, frameTooLarge }
}
