import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { ApiError, retryMessage } from '../../utils/network/api.ts'
import { BusyMessageError } from '../../utils/text/beingSent.ts'
import { useEndingEdit } from '../composer/editing/useEndingEdit.ts'
import { useHoldingPlace } from '../composer/editing/useHoldingPlace.ts'
import { useEditsStore } from '../../stores/edits/edits.ts'
import { useDiscard } from '../drafts/useDiscard.ts'

/** What a person can do with a message that is not accepted yet, and with an answer that failed. */
export function useOutboxActions(sessionId: () => string) {
  const outbox = useOutboxStore()
  const notices = useNoticesStore()
  const { discardMessage } = useDiscard()
  const { offerBack } = useEndingEdit()
  const { hold } = useHoldingPlace()
  const edits = useEditsStore()

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    }
    catch (error) {
      if (error instanceof BusyMessageError)
        return void notices.tell(sessionId(), error.message)
      console.error(error)
      notices.tell(sessionId(), `The message could not be ${what}: ${(error as Error).message}. Try it again.`)
    }
  }

  async function askAgain({ id }: HistoryItem) {
    try {
      await retryMessage(sessionId(), id)
    }
    catch (error) {
      if (error instanceof ApiError && error.status === 409)
        return // somebody was faster: its answer is on its way
      notices.tell(sessionId(), `The agent was not asked again. ${(error as Error).message}`)
    }
  }

  return {
    retry: (item: HistoryItem) => item.role === 'assistant' ? askAgain(item) : attempt('sent again', () => outbox.setProblem(item.key, undefined)),
    edit: ({ key }: HistoryItem) => attempt('edited', async () => {
      const session = sessionId()
      const ended = await outbox.edit(key)
      const opened = edits.waited(session) && edits.of(session)
      if (opened) // at once, whatever is shown of it
        void hold(session, opened)
      if (ended)
        offerBack(session, ended)
    }),
    discard: ({ key }: HistoryItem) => discardMessage({ id: key, sessionId: sessionId() }),
  }
}
