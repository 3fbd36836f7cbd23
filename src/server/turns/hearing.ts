import type { AgentEvent } from '../agents/agent.ts'
import type { Saving } from '../queues/saving.ts'
import type { Database } from '../storage/database/database.ts'
import { keepTurnToken } from '../storage/memory/turnRows.ts'
import type { AnswerRecorder } from './answerRecorder.ts'
import type { Outcome } from './answers.ts'
import { factsOf } from './files/receipts.ts'

export type Hearing = ReturnType<typeof createHearing>

/** What an agent tells during a turn: what belongs to the answer goes into it, the rest is kept for its end. */
export function createHearing({ database, saving }: { database: Database, saving: Saving }, recorder: AnswerRecorder) {
  const kept: Pick<Extract<Outcome, { token?: string }>, 'token' | 'received'> = {}

  function noteReceived({ files, of }: Extract<AgentEvent, { type: 'received' }>): void {
    const id = of ?? recorder.current().replyTo
    if (id !== null)
      kept.received = new Map(kept.received).set(id, files.map(file => file && factsOf(file)))
  }

  return {
    async hear(event: AgentEvent) {
      switch (event.type) {
        case 'delta': return recorder.say(event.text, event.part ?? 'text', event.kind)
        case 'part': return recorder.put(event.part)
        case 'remove': return recorder.remove(event.part)
        case 'usage': return recorder.count(event.usage)
        case 'received': return noteReceived(event)
        case 'resumable':
          kept.token = event.token
          await saving.keepTryingForAgent(() => keepTurnToken(database, recorder.current().id, event.token))
      }
    },

    /** Of a turn that was stopped: what counts still, when its message is complete already. */
    hearLate(event: AgentEvent): void {
      if (event.type === 'usage')
        recorder.count(event.usage)
      else if (event.type === 'received')
        noteReceived(event)
    },

    kept: () => ({ ...kept }),
  }
}
