import { defineStore } from 'pinia'
import { watch } from 'vue'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import { uuid } from '../../shared/uuid.ts'
import type { OutboxMessage } from '../utils/storage/draftSchema.ts'
import * as storage from '../utils/storage/outbox/outboxStorage.ts'
import { inBackground } from '../utils/timing/inBackground.ts'
import { media } from '../workers/media.ts'
import { useChoicesStore } from './choices/choices.ts'
import { useDataStore } from './data.ts'
import { useDraftsStore } from './drafts.ts'
import { useEditsStore } from './edits/edits.ts'
import { useLocalSessionsStore } from './localSessions.ts'
import { createEnqueuing } from './outbox/enqueuing.ts'
import { logUnstored, UNREAD } from './outbox/logUnstored.ts'
import { createSavingOutboxAgain } from './outbox/savingOutboxAgain.ts'
import { createShownOutbox } from './outbox/shownOutbox.ts'
import { createTakingOut } from './outbox/takingOut.ts'
import { useDeviceMarkStore } from './tabs/deviceMark.ts'
import { useSendingStore } from './tabs/sending.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** The messages that were sent and are not accepted yet, the same in all tabs of this browser. */
export const useOutboxStore = defineStore('outbox', () => {
  const tabs = useTabsStore()
  const choices = useChoicesStore()
  const edits = useEditsStore()
  const data = useDataStore()
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const device = useDeviceMarkStore()
  const sending = useSendingStore()
  const shown = createShownOutbox()
  const savingAgain = createSavingOutboxAgain(shown)
  const enqueuing = createEnqueuing(shown, savingAgain, drafts, data)
  const { edit, keep, discard, detach } = createTakingOut(shown, drafts, data, { refresh, end })
  const { messages, tabOnly, views } = shown

  tabs.listen(({ about }) => {
    if (about === 'outbox')
      void refresh() // which never rejects
  })
  watch(() => drafts.takenOver, () => void refresh()) // the same

  /** What the device holds. Without storage the tab goes on with what it has. */
  async function refresh(): Promise<void> {
    try {
      await device.check() // or what this tab alone still has would go with what is not there
      const found = await storage.getOutbox()
      for (const { id, sessionId } of shown.show(found))
        drafts.dropMessage(sessionId, id)
      await Promise.all(found.filter(({ id }) => messages.has(id)).map(showFiles))
      await sending.look([...messages.keys()], refresh)
    }
    catch (error) {
      console.warn('The messages on their way could not be read from this device.', error)
    }
  }

  async function showFiles({ id, mediaIds }: OutboxMessage) {
    if (!mediaIds.length || views.has(id))
      return
    views.set(id, [])
    views.set(id, await data.viewsOf(mediaIds))
  }

  /** Of those that only this tab has the journal holds the words until now. */
  function end(id: string) {
    const message = messages.get(id)
    if (message && tabOnly.has(id))
      drafts.dropMessage(message.sessionId, id)
    shown.end(id)
  }

  /**
   * Makes a session's draft a message on its way. It is shown and the composer is free at once.
   * @throws DraftChangedError where another tab has changed or sent the draft: it is a draft again, as it was;
   * DraftLostError where the browser has removed it
   */
  function enqueue(sessionId: string): Promise<void> {
    const projectId = local.sessions.get(sessionId)?.projectId ?? DEFAULT_PROJECT
    return enqueuing.enqueue({ id: uuid(), sessionId, projectId, createdAt: Date.now(), ...choices.carried(sessionId), ...edits.carried(sessionId) })
  }

  /** The server has it. How its files were drawn belongs to the history now. */
  async function accepted(id: string): Promise<void> {
    const message = messages.get(id)
    if (!message)
      return
    shown.handOverViews(id)
    end(id)
    inBackground(media.forget(message.mediaIds), UNREAD)
    local.remove(message.sessionId)
    await storage.deleteOutboxMessage(id).catch(logUnstored) // what stays is sent again, and known to the server by its id
    tabs.tell({ about: 'outbox' })
  }

  /** It is not sent again by itself. @param problem a sentence; undefined: it is, from now on */
  async function setProblem(id: string, problem: string | undefined): Promise<void> {
    const message = messages.get(id)
    if (!message)
      return
    messages.set(id, { ...message, problem })
    sending.progress.delete(id)
    await storage.saveOutboxProblem(id, problem).catch(logUnstored)
    tabs.tell({ about: 'outbox' })
  }

  /** Whether it still waits: another tab may have taken it out. A device that cannot be asked knows of nothing else. */
  async function isHere(id: string): Promise<boolean> {
    return tabOnly.has(id) || storage.hasOutboxMessage(id).catch(() => messages.has(id))
  }

  return {
    messages: shown.all, waiting: shown.waiting, tabOnly, ofSession: shown.ofSession, attachmentsOf: shown.attachmentsOf, next: shown.next,
    isHere, refresh, enqueue, accepted, setProblem, edit, keep, discard, detach, saveAllAgain: savingAgain.saveAllAgain,
  }
})
