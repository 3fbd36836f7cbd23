import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { cancelEdit } from '../../utils/storage/edits/editStorage.ts'
import type { EndedEdit } from '../../utils/storage/edits/endedStorage.ts'
import * as storage from '../../utils/storage/outbox/returning.ts'
import { BeingChangedError } from '../../utils/text/beingSent.ts'
import { joinTexts } from '../../utils/text/joinTexts.ts'
import { media } from '../../workers/media.ts'
import { useChoicesStore } from '../choices/choices.ts'
import { useEditsStore } from '../edits/edits.ts'
import { useSendingStore } from '../tabs/sending.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import { logUnstored } from './logUnstored.ts'
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
   * Back into the composer, before what is there. Where another message is being edited, that ends first.
   * @returns the edit that ended
   * @throws BusyMessageError where it is being sent or changed
   */
  async function edit(id: string): Promise<EndedEdit | undefined> {
    let ended: EndedEdit | undefined
    await takeBack(id, async (message) => {
      ended = await (tabOnly.has(id) ? returnTabOnly(message) : returnToDraft(message))
    })
    return ended
  }

  /** Its session is gone, and nothing can be edited there: before what is there, an open edit too. Waits until nothing else is done with it. */
  const keep = (id: string): Promise<void> => takeBack(id, async (message) => {
    await (tabOnly.has(id) ? showTabOnly(message, true) : returnToDraft(message, true))
  }, { patient: true })

  async function takeBack(id: string, work: (message: OutboxMessage) => Promise<void>, options?: { patient: boolean }): Promise<void> {
    const sessionId = messages.get(id)?.sessionId
    if (!sessionId)
      return
    await drafts.whenSaved(sessionId)
    await change(id, work, options)
  }

  async function returnToDraft(message: OutboxMessage, plain = false): Promise<EndedEdit | undefined> {
    const { id, sessionId } = message
    const returned = await storage.returnToDraft(id, { plain })
    if (!returned) // another tab was faster
      return void await refresh()
    await restoreFiles(message)
    drafts.showStored(sessionId, returned.draft)
    if (returned.ended)
      await files.reload(sessionId)
    cameBack(message, plain)
    return returned.ended
  }

  async function returnTabOnly(message: OutboxMessage): Promise<EndedEdit | undefined> {
    const { ended, draft } = edits.of(message.sessionId) === undefined ? {} : await cancelEdit(message.sessionId) ?? {}
    if (draft) {
      drafts.showStored(message.sessionId, draft)
      await files.reload(message.sessionId)
    }
    await showTabOnly(message)
    return ended
  }

  async function showTabOnly(message: OutboxMessage, plain = false): Promise<void> {
    const { id, sessionId, text } = message
    drafts.setText(sessionId, joinTexts(text, drafts.textOf(sessionId)))
    drafts.keep(sessionId, [id])
    await restoreFiles(message)
    cameBack(message, plain)
  }

  function cameBack({ sessionId, choice, replaces, restoresFiles, waited }: OutboxMessage, plain: boolean): void {
    choices.cameBack(sessionId, choice)
    edits.show(sessionId, plain ? {} : { replaces, restoresFiles, waited })
    tabs.tell({ about: 'outbox' })
    tabs.tell({ about: 'files', sessionId })
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

  /** What it should stand for is gone. @param problem why it is not sent by itself, as a sentence */
  async function detach(id: string, problem: string): Promise<void> {
    const message = messages.get(id)
    if (!message)
      return
    messages.set(id, storage.detached(message, problem))
    await storage.detachMessage(id, problem).catch(logUnstored)
    tabs.tell({ about: 'outbox' })
  }

  return { edit, keep, discard, detach }
}
