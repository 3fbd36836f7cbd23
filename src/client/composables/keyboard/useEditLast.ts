import type { Ref } from 'vue'
import { useAccountStore } from '../../stores/account.ts'
import { useDataStore } from '../../stores/data.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useEditing } from '../composer/useEditing.ts'

/** Opens the last message of one's own to be edited, from a composer that holds nothing; false where that is not so. */
export function useEditLast(currentId: Readonly<Ref<string | undefined>>, focus: () => unknown): () => boolean {
  const account = useAccountStore()
  const data = useDataStore()
  const histories = useHistoryStore()
  const outbox = useOutboxStore()
  const { begin, replaced } = useEditing(() => currentId.value ?? '')

  const isEmptyComposer = (session: string) => document.activeElement instanceof HTMLTextAreaElement
    && document.activeElement.matches('form.composer > textarea') && !document.activeElement.value
    && !data.attachmentsOf(session).length && !replaced.value

  /** What is on its way, or just being answered, cannot be changed. */
  function lastOwn(session: string) {
    const last = outbox.ofSession(session).length ? undefined : histories.historyOf(session)?.items.findLast(({ role, author }) => role === 'user' && !author)
    return last?.status === 'running' ? undefined : last
  }

  return () => {
    const session = currentId.value
    const last = session && !account.isReader && isEmptyComposer(session) ? lastOwn(session) : undefined
    if (last)
      void begin(last).then(focus)
    return last !== undefined
  }
}
