import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { DraftChangedError, DraftLostError } from '../../utils/text/draftChanged.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import type { NewMessage } from '../../utils/storage/outbox/putMessage.ts'
import { moveToOutbox, type SeenDraft } from '../../utils/storage/outbox/outboxStorage.ts'
import { media } from '../../workers/media.ts'
import { useChoicesStore } from '../choices/choices.ts'
import type { HandedOver } from '../drafts/handingOver.ts'
import { useEditsStore } from '../edits/edits.ts'
import { useDeviceMarkStore } from '../tabs/deviceMark.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import { logUnstored, UNREAD } from './logUnstored.ts'
import type { DraftTexts, FilesOfDrafts } from './neighbours.ts'
import type { SavingOutboxAgain } from './savingOutboxAgain.ts'
import type { ShownOutbox } from './shownOutbox.ts'

/** How a draft becomes a message on its way. */
export function createEnqueuing(shown: ShownOutbox, { saveAgain }: SavingOutboxAgain, drafts: DraftTexts, files: FilesOfDrafts) {
  const tabs = useTabsStore()
  const device = useDeviceMarkStore()
  const choices = useChoicesStore()
  const edits = useEditsStore()
  const { messages, moving, tabOnly, views } = shown

  /**
   * Makes a session's draft this message. It is shown and the composer is free at once.
   * @throws DraftChangedError where another tab has changed or sent the draft: it is a draft again, as it was;
   * DraftLostError where the browser has removed it
   */
  async function enqueue(begun: Omit<NewMessage, 'text' | 'mediaIds'>): Promise<void> {
    const { id, sessionId } = begun
    const taken = files.takeAttachments(sessionId)
    const message: NewMessage = { ...begun, text: drafts.textOf(sessionId), mediaIds: taken.map(({ id }) => id) }
    const losses = device.losses()
    moving.add(id)
    messages.set(id, { ...message, position: Number.MAX_SAFE_INTEGER }) // the last, until the device has said which
    views.set(id, taken)
    if (taken.length)
      inBackground(media.makeReady(message.mediaIds), UNREAD)
    try {
      await drafts.handOver(message, seen => store(message, seen, taken))
    }
    catch (error) {
      throw await putBack(message, taken, losses) ? error : new DraftLostError()
    }
    choices.left(sessionId)
    edits.left(sessionId)
    moving.delete(id)
    const here = messages.get(id)
    if (here && device.losses() !== losses && !tabOnly.has(id))
      await saveAgain(here)
    if (!tabOnly.has(id))
      inBackground(files.left(sessionId, message.mediaIds), UNREAD)
    tabs.tell({ about: 'outbox' })
    tabs.tell({ about: 'files', sessionId })
  }

  /** It is a draft again, with its files. @returns false where the browser has removed it */
  async function putBack({ id, sessionId }: NewMessage, taken: readonly AttachmentView[], losses: number) {
    shown.handOverViews(id)
    shown.drop(id)
    files.putBackAll(sessionId, taken)
    await device.check()
    const isKept = device.losses() === losses
    if (isKept)
      await files.reload(sessionId).catch(logUnstored)
    else
      await files.saveAgain(sessionId)
    return isKept
  }

  async function store(message: NewMessage, seen: Omit<SeenDraft, 'tabOnly'>, taken: readonly AttachmentView[]): Promise<HandedOver> {
    try {
      const onlyHere = taken.filter(({ state }) => state === 'tab-only').map(({ id }) => id)
      const stored = await moveToOutbox(message, { ...seen, tabOnly: onlyHere })
      showStored(message.id, stored.message)
      return { draft: stored.draft, isStored: true }
    }
    catch (error) {
      if (error instanceof DraftChangedError)
        throw error
      console.warn('This message could not be saved on this device; it is sent from this tab.', error)
      tabOnly.add(message.id) // and in the journal, as far as that takes it
      return { draft: { message: '', mediaIds: [], revision: seen.revision }, isStored: false }
    }
  }

  function showStored(id: string, stored: OutboxMessage | undefined) {
    if (stored)
      messages.set(id, stored)
    else
      shown.end(id) // another tab took it over, and has ended it
  }

  return { enqueue }
}
