import { onScopeDispose, watch } from 'vue'
import type { ClientFrame } from '../../../shared/protocol/frames.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { Problem } from '../../../shared/protocol/problem.ts'
import { answerId, useAnswersStore } from '../../stores/answers/answers.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useTabsStore } from '../../stores/tabs/tabs.ts'
import type { KeptAnswer } from '../../utils/storage/draftSchema.ts'
import { createPauses, isWorthAnotherTry } from '../../utils/network/anotherTry.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'

interface Connected {
  /** Aborted when this connection is lost; undefined while there is none. */
  signal: () => AbortSignal | undefined
  send: (frame: ClientFrame) => void
}

/** As frames name it. */
interface AskedIds { session_id?: string, message_id?: string, part_id?: string }

type Outcome = 'accepted' | 'lost' | Problem

/** Milliseconds at most until an answer is tried again that the server could not take just then. */
const LONGEST_PAUSE = 4000
const ANSWERED = 'This had been answered already: that answer counts.'
const GONE = 'This is not asked any more.'

/** Sends what was answered, from one tab of the browser at a time, once per connection, until the server has it or refuses it. */
export function useAnswers({ signal, send }: Connected) {
  const answers = useAnswersStore()
  const history = useHistoryStore()
  const tabs = useTabsStore()
  /** Handed to the current connection and not answered yet. */
  const underWay = new Map<string, (outcome: Outcome) => void>()
  const senders = new Map<string, AbortSignal>()

  watch(() => answers.given, ids => ids.forEach(begin), { flush: 'sync' })

  /** On a new connection: everything that waits. */
  async function resume(): Promise<void> {
    await answers.refresh()
    answers.given.forEach(begin)
  }

  void resume() // what is on the device is shown before there is a connection; it never rejects

  function begin(id: string) {
    inBackground(run(id), 'An answer was not sent; it will be tried again with the next connection.')
  }

  async function run(id: string) {
    const connection = signal()
    if (!connection || senders.get(id) === connection)
      return
    senders.set(id, connection)
    try {
      await tabs.alone(`answer ${id}`, connection, () => sendOne(id, connection))
    }
    finally {
      if (senders.get(id) === connection)
        senders.delete(id)
    }
  }

  async function sendOne(id: string, connection: AbortSignal) {
    const pauseAfter = createPauses(LONGEST_PAUSE)
    for (let answer = answers.of(id); answer?.given && !connection.aborted; answer = answers.of(id)) {
      const outcome = await handOver(answer, connection)
      if (outcome === 'lost')
        return
      if (outcome === 'accepted')
        return answers.accept(id)
      if (!isWorthAnotherTry(outcome))
        return refuse(answer, outcome)
      await pauseAfter(outcome, connection)
    }
  }

  function refuse(answer: KeptAnswer, { status, part, detail }: Problem): Promise<void> {
    const { id, sessionId, messageId } = answer
    if (status === 404 || status === 410)
      return answers.forget(id, GONE)
    if (status !== 409)
      return answers.takeBack(id, detail)
    history.putPart(sessionId, messageId, part as Part | undefined)
    return answers.forget(id, ANSWERED)
  }

  function handOver({ id, sessionId, messageId, partId, given }: KeptAnswer, connection: AbortSignal): Promise<Outcome> {
    const answered = new AbortController()
    return new Promise<Outcome>((resolve) => {
      underWay.set(id, resolve)
      connection.addEventListener('abort', () => resolve('lost'), { signal: answered.signal })
      send({ type: 'answer', session_id: sessionId, message_id: messageId, part_id: partId, ...given })
    }).finally(() => {
      underWay.delete(id)
      answered.abort()
    })
  }

  /** The server's word about an answer. */
  function finish({ session_id: sessionId = '', message_id: messageId = '', part_id: partId = '' }: AskedIds, outcome: Outcome): void {
    underWay.get(answerId({ sessionId, messageId, partId }))?.(outcome)
  }

  onScopeDispose(() => underWay.clear())
  return { resume, finish, forgetSessions: answers.forgetSessions }
}
