import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import * as storage from '../../utils/storage/outbox/outboxStorage.ts'
import { BeingChangedError } from '../../utils/text/beingSent.ts'
import { joinTexts } from '../../utils/text/joinTexts.ts'
import { media } from '../../workers/media.ts'
import { useChoicesStore } from '../choices/choices.ts'
import { useEditsStore } from '../edits/edits.ts'
import { useSendingStore } from '../tabs/sending.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import type { DraftTexts, FilesOfDrafts } from './neighbours.ts'
import type { ShownOutbox } from './shownOutbox.ts'

/**
 * How a person takes a message out of the outbox, to edit or to discard it.
 * @param refresh reads what the device holds
 * @param end ends a message in this tab
 */
export function createTakingOut(shown: ShownOutbox, drafts: DraftTexts, files: FilesOfDrafts, { refresh, end }: { refresh: () => Promise<void>, end: (id: string) => void }) {
  const tabs = useTabsStore()
  const choices = useChoicesStore()
  const edits = useEditsStore()
  const sending = useSendingStore()
  const { messages, tabOnly, moving, views, gone } = shown

  /** @throws BeingSentError where it is on the wire; BeingChangedError where it is being changed, or not yet certain to be a message */
  function change(id: string, work: (message: OutboxMessage) => Promise<void>, options?: { patient: boolean }): Promise<void> {
    return sending.change(id, async () => {
      const message = messages.get(id)
      if (moving.has(id))
        throw new BeingChangedError()
      if (message)
        await work(message)
    }, options)
  }

  /**
   * Back into the composer, before what is there.
   * @throws BusyMessageError where it is being sent or changed; unless that is waited for
   */
  async function edit(id: string, options?: { patient: boolean }): Promise<void> {
    const sessionId = messages.get(id)?.sessionId
    if (!sessionId)
      return
    await drafts.whenSaved(sessionId)
    await change(id, returnToDraft, options)
  }

  async function returnToDraft(message: OutboxMessage): Promise<void> {
    const { id, sessionId } = message
    if (tabOnly.has(id))
      return returnTabOnly(message)
    const draft = await storage.returnToDraft(id)
    if (!draft) // another tab was faster
      return refresh()
    await restoreFiles(message)
    drafts.showStored(sessionId, draft)
    choices.cameBack(sessionId, message.choice)
    edits.cameBack(sessionId, message)
    tabs.tell({ about: 'outbox' })
  }

  async function returnTabOnly(message: OutboxMessage): Promise<void> {
    const { id, sessionId, text } = message
    drafts.setText(sessionId, joinTexts(text, drafts.textOf(sessionId)))
    drafts.keep(sessionId, [id])
    choices.cameBack(sessionId, message.choice)
    edits.cameBack(sessionId, message)
    await restoreFiles(message)
    tabs.tell({ about: 'outbox' })
  }

  /** Its files are the draft's again. Those that only this tab has, or knows of, are shown as they were. */
  async function restoreFiles({ id, sessionId, mediaIds }: OutboxMessage): Promise<void> {
    const views = shown.handOverViews(id)
    end(id)
    await files.restore(sessionId, mediaIds, views.filter(({ state }) => state !== 'saved'))
  }

  /**
   * @returns puts it back in its place; undefined where it was gone already
   * @throws BusyMessageError where it is being sent or changed
   */
  async function discard(id: string): Promise<(() => Promise<void>) | undefined> {
    let putBack: (() => Promise<void>) | undefined
    await change(id, async (message) => {
      putBack = tabOnly.has(id) ? removeTabOnly(message) : await removeStored(message)
    })
    tabs.tell({ about: 'outbox' })
    return putBack && (async () => {
      gone.delete(id)
      await putBack?.()
      await refresh()
      tabs.tell({ about: 'outbox' })
    })
  }

  async function removeStored({ id }: OutboxMessage) {
    const undoId = await media.removeMessage(id)
    end(id)
    return () => media.putBackMessage(undoId)
  }

  function removeTabOnly(message: OutboxMessage) {
    const { id } = message
    const drawn = shown.handOverViews(id) // they cannot be drawn anew
    end(id)
    return async () => {
      tabOnly.add(id)
      views.set(id, drawn)
      messages.set(id, message)
    }
  }

  return { edit, discard }
}
