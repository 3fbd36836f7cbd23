import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { AttachmentView } from '../../shared/attachments.ts'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import { uuid } from '../../shared/uuid.ts'
import { DraftChangedError, DraftLostError } from '../utils/text/draftChanged.ts'
import { releaseView } from '../utils/attachments/draftView.ts'
import { BeingSentError } from '../utils/text/beingSent.ts'
import { joinTexts } from '../utils/text/joinTexts.ts'
import { inBackground } from '../utils/timing/inBackground.ts'
import type { OutboxMessage } from '../utils/storage/draftSchema.ts'
import * as storage from '../utils/storage/outboxStorage.ts'
import { media } from '../workers/media.ts'
import { useChoicesStore } from './choices/choices.ts'
import { useDataStore } from './data.ts'
import { useDeviceMarkStore } from './tabs/deviceMark.ts'
import { useDraftsStore } from './drafts.ts'
import { useLocalSessionsStore } from './localSessions.ts'
import { useSendingStore } from './tabs/sending.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** The messages that were sent and are not accepted yet, the same in all tabs of this browser. */
export const useOutboxStore = defineStore('outbox', () => {
  const tabs = useTabsStore()
  const choices = useChoicesStore()
  const data = useDataStore()
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const device = useDeviceMarkStore()
  const sending = useSendingStore()
  const messages = shallowReactive(new Map<string, OutboxMessage>())
  /** Those that found no room on this device: gone with the tab. */
  const tabOnly = shallowReactive(new Set<string>())
  /** Those that are being moved from draft to message: neither is sure yet. */
  const moving = shallowReactive(new Set<string>())
  const views = shallowReactive(new Map<string, readonly AttachmentView[]>())
  /** Settled in this tab: what is just being read of them is out of date. */
  const gone = new Set<string>()

  const all = computed(() => [...messages.values()].sort((a, b) => a.position - b.position || a.createdAt - b.createdAt))
  const ofSession = (sessionId: string): OutboxMessage[] => all.value.filter(message => message.sessionId === sessionId)
  const attachmentsOf = (id: string): readonly AttachmentView[] => views.get(id) ?? []

  /** The next one of a session that can be sent; those that were refused wait for the person, and hold nobody up. */
  const next = (sessionId: string) => ofSession(sessionId).find(canGo)
  const canGo = ({ id, problem }: OutboxMessage) => problem === undefined && !moving.has(id)
  /** Sessions with something to send. */
  const waiting = computed(() => [...new Set(all.value.filter(canGo).map(({ sessionId }) => sessionId))])

  tabs.listen(({ about }) => {
    if (about === 'outbox')
      void refresh() // which never rejects
  })

  /** What the device holds. Without storage the tab goes on with what it has. */
  async function refresh(): Promise<void> {
    try {
      await device.check() // or what this tab alone still has would go with what is not there
      const found = await storage.getOutbox()
      const ids = new Set(found.map(({ id }) => id))
      for (const id of [...messages.keys()].filter(id => !ids.has(id) && !tabOnly.has(id) && !moving.has(id)))
        drop(id)
      const here = found.filter(({ id }) => !gone.has(id))
      here.forEach(message => messages.set(message.id, message))
      here.forEach(({ id }) => tabOnly.delete(id)) // another tab had what it needs
      await Promise.all(here.map(showFiles))
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

  function settle(id: string) {
    gone.add(id)
    drop(id)
  }

  function drop(id: string) {
    messages.delete(id)
    sending.progress.delete(id)
    tabOnly.delete(id)
    moving.delete(id)
    views.get(id)?.forEach(releaseView)
    views.delete(id)
  }

  /**
   * Makes a session's draft a message on its way. It is shown and the composer is free at once.
   * @throws DraftChangedError where another tab has changed or sent the draft: it is a draft again, as it was;
   * DraftLostError where the browser has removed it
   */
  async function enqueue(sessionId: string): Promise<void> {
    const shown = data.takeAttachments(sessionId)
    const message: OutboxMessage = {
      id: uuid(),
      sessionId,
      projectId: local.sessions.get(sessionId)?.projectId ?? DEFAULT_PROJECT,
      text: drafts.textOf(sessionId),
      mediaIds: shown.map(({ id }) => id),
      createdAt: Date.now(),
      ...choices.carried(sessionId),
      position: Number.MAX_SAFE_INTEGER, // the last, until the device has said which
    }
    const losses = device.losses()
    moving.add(message.id)
    messages.set(message.id, message)
    views.set(message.id, shown)
    try {
      await drafts.handOver(sessionId, message.id, revision => store(message, revision, shown))
    }
    catch (error) {
      views.delete(message.id) // the draft's again
      drop(message.id)
      data.putBackAll(sessionId, shown)
      await device.check()
      if (device.losses() !== losses) {
        await data.saveAgain(sessionId)
        throw new DraftLostError()
      }
      await data.reload(sessionId).catch(logUnstored)
      throw error
    }
    choices.left(sessionId)
    moving.delete(message.id)
    if (device.losses() !== losses && !tabOnly.has(message.id))
      await saveAgain(messages.get(message.id) ?? message)
    if (!tabOnly.has(message.id))
      inBackground(data.left(sessionId, message.mediaIds), UNREAD)
    tabs.tell({ about: 'outbox' })
    tabs.tell({ about: 'files', sessionId })
  }

  async function store(message: OutboxMessage, revision: string | undefined, shown: readonly AttachmentView[]) {
    const { position: _, ...sent } = message
    try {
      const seen = { revision, tabOnly: shown.filter(({ state }) => state === 'tab-only').map(({ id }) => id) }
      const stored = await storage.moveToOutbox(sent, seen)
      messages.set(message.id, stored.message)
      return stored.draft
    }
    catch (error) {
      if (error instanceof DraftChangedError)
        throw error
      console.warn('This message could not be saved on this device; it is sent from this tab.', error)
      tabOnly.add(message.id)
      return { message: '', mediaIds: [], revision }
    }
  }

  /** The server has it. How its files were drawn belongs to the history now. */
  async function accepted(id: string): Promise<void> {
    const message = messages.get(id)
    if (!message)
      return
    views.delete(id) // the history's now
    settle(id)
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

  /** @throws BeingSentError where it is on the wire, or not yet certain to be a message */
  function change(id: string, work: (message: OutboxMessage) => Promise<void>, options?: { patient: boolean }): Promise<void> {
    return sending.change(id, async () => {
      const message = messages.get(id)
      if (moving.has(id))
        throw new BeingSentError()
      if (message)
        await work(message)
    }, options)
  }

  /**
   * Back into the composer, before what is there.
   * @throws BeingSentError where it is being sent; unless that is waited for
   */
  async function edit(id: string, options?: { patient: boolean }): Promise<void> {
    const sessionId = messages.get(id)?.sessionId
    if (!sessionId)
      return
    await drafts.settled(sessionId)
    await change(id, returnToDraft, options)
  }

  async function returnToDraft(message: OutboxMessage): Promise<void> {
    const { id, sessionId, text, mediaIds } = message
    const draft = tabOnly.has(id)
      ? { message: joinTexts(text, drafts.textOf(sessionId)), mediaIds }
      : await storage.returnToDraft(id)
    if (!draft) // another tab was faster
      return refresh()
    const shown = attachmentsOf(id)
    views.delete(id)
    settle(id)
    await restore(message, shown)
    drafts.took(sessionId, draft)
    choices.cameBack(sessionId, message.choice)
    tabs.tell({ about: 'outbox' })
  }

  /** Its files are the draft's again. Those that only this tab has, or knows of, are shown as they were. */
  function restore({ sessionId, mediaIds }: OutboxMessage, shown: readonly AttachmentView[]) {
    return data.restore(sessionId, mediaIds, shown.filter(({ state }) => state !== 'saved'))
  }

  /**
   * @returns puts it back in its place; undefined where it was gone already
   * @throws BeingSentError where it is being sent
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
    settle(id)
    return () => media.putBackMessage(undoId)
  }

  function removeTabOnly(message: OutboxMessage) {
    const { id } = message
    const shown = attachmentsOf(id)
    views.delete(id) // they cannot be drawn anew
    settle(id)
    return async () => {
      tabOnly.add(id)
      views.set(id, shown)
      messages.set(id, message)
    }
  }

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
      const shown = attachmentsOf(id).map(({ id, mimeType, size, hasPosition }) => ({ id, mimeType, size, hasPosition }))
      const lost = await media.saveMessageAgain(message, shown)
      if (!lost.length)
        return
      const restated = attachmentsOf(id).map((view): AttachmentView => lost.includes(view.id) ? { ...view, state: 'gone' } : view)
      views.set(id, restated)
      const problem = removedByBrowser(restated.filter(({ state }) => state === 'gone').map(({ name }) => name), lost.length)
      messages.set(id, { ...message, problem })
      await storage.keepOutboxMessage({ ...message, problem })
    }
    catch (error) {
      logUnstored(error)
      tabOnly.add(id)
    }
  }

  return {
    messages: all, waiting, tabOnly, ofSession, isHere, attachmentsOf, next, refresh, enqueue, accepted, setProblem, edit, discard,
    saveAllAgain,
  }
})

const UNREAD = 'What this tab holds of a message that has left may not be up to date.'

const removedByBrowser = (names: readonly string[], count: number) =>
  `The browser has removed ${names.join(', ') || (count === 1 ? 'its file' : `${count} files of it`)} from this device. Edit the message, attach what is gone again, and send it.`

function logUnstored(error: unknown) {
  console.warn('The outbox on this device could not be changed.', error)
}
