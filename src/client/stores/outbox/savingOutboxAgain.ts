import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { keepOutboxMessage } from '../../utils/storage/outbox/outboxStorage.ts'
import { media } from '../../workers/media.ts'
import { useSendingStore } from '../tabs/sending.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import { logUnstored } from './logUnstored.ts'
import type { ShownOutbox } from './shownOutbox.ts'

export type SavingOutboxAgain = ReturnType<typeof createSavingOutboxAgain>

/** What becomes of messages that the device has lost. */
export function createSavingOutboxAgain({ messages, tabOnly, moving, views, all, attachmentsOf }: ShownOutbox) {
  const tabs = useTabsStore()
  const sending = useSendingStore()

  /**
   * The device holds none of them any more: what this tab still has is saved again. A message that is not whole waits
   * for the person, and says what is gone.
   */
  async function saveAllAgain(): Promise<void> {
    await Promise.all(all.value.filter(({ id }) => !tabOnly.has(id) && !moving.has(id)).map(saveAgain))
    tabs.tell({ about: 'outbox' })
  }

  async function saveAgain(message: OutboxMessage): Promise<void> {
    const { id } = message
    if (sending.progress.has(id)) {
      tabOnly.add(id) // what is on the wire is whole
      return
    }
    try {
      const shown = attachmentsOf(id).map(({ id, mimeType, size, hasPosition, edits }) => ({ id, mimeType, size, hasPosition, edits }))
      const lost = await media.saveMessageAgain(message, shown)
      if (!lost.length)
        return
      const restated = attachmentsOf(id).map((view): AttachmentView => lost.includes(view.id) ? { ...view, state: 'gone' } : view)
      views.set(id, restated)
      const problem = removedByBrowser(restated.filter(({ state }) => state === 'gone').map(({ name }) => name), lost.length)
      messages.set(id, { ...message, problem })
      await keepOutboxMessage({ ...message, problem })
    }
    catch (error) {
      logUnstored(error)
      tabOnly.add(id)
    }
  }

  return { saveAgain, saveAllAgain }
}

const removedByBrowser = (names: readonly string[], count: number) =>
  `The browser has removed ${names.join(', ') || (count === 1 ? 'its file' : `${count} files of it`)} from this device. Edit the message, attach what is gone again, and send it.`
