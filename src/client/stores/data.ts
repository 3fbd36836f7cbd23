import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { LIMITS, type AttachmentView } from '../../shared/attachments.ts'
import type { Encoding } from '../../shared/text/encodings.ts'
import { uuid } from '../../shared/uuid.ts'
import { askToKeepStorage } from '../utils/device/deviceStorage.ts'
import { deleteAllDraftMediasForSession } from '../utils/storage/draftStorage.ts'
import { releaseView, toDraftView, toPreparingView } from '../utils/attachments/draftView.ts'
import { drawSvg, isSvg } from '../utils/images/svg.ts'
import type { MessageHead } from '../utils/attachments/messageBlocks.ts'
import { insertAfter, joinOrders } from '../utils/storage/order.ts'
import { FileRejectedError } from '../utils/limits/rejection.ts'
import type { DraftThumbnail } from '../utils/storage/draftSchema.ts'
import { media } from '../workers/media.ts'
import type { BuiltFrame } from '../workers/media/mediaTasks.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** The attachments of the drafts: what is shown of them. Their bytes are in the browser's database. */
export const useDataStore = defineStore('data', () => {
  const tabs = useTabsStore()
  // Shallow on purpose: a view is replaced, never edited, and IndexedDB refuses Vue's proxies.
  const attachments = shallowReactive(new Map<string, readonly AttachmentView[]>())
  const loads = new Map<string, Promise<void>>()
  const loaded = new Set<string>()
  /** Taken out of their draft here, while the device has not answered yet: nothing read before shall show them again. */
  const leaving = new Set<string>()
  /** By session: the ids in their order, with those that were removed and may come back. */
  const orders = new Map<string, readonly string[]>()

  /** Sessions to which another tab did something while files were prepared here: how they stand is to be read again. */
  const behind = new Set<string>()

  tabs.listen((news) => {
    if (news.about !== 'files' || !loads.has(news.sessionId))
      return
    if (isPreparing(news.sessionId))
      behind.add(news.sessionId)
    void sync(news.sessionId).catch(logUnreadable)
  })

  const isPreparing = (sessionId: string) => attachmentsOf(sessionId).some(({ state }) => state === 'preparing')

  function attachmentsOf(sessionId: string): readonly AttachmentView[] {
    return attachments.get(sessionId) ?? []
  }

  /**
   * Shows the file in its final place at once, and calls it saved when it is on the disk.
   * @param intoFolder as it is, for the agent's workspace only
   * @returns how it is shown; undefined where it was removed meanwhile
   * @throws FileRejectedError, a sentence for the person; the others are not touched by it
   */
  async function addAttachment(sessionId: string, file: File, intoFolder = false): Promise<AttachmentView | undefined> {
    if (attachmentsOf(sessionId).length >= LIMITS.attachmentsPerMessage)
      throw new FileRejectedError(`${file.name} was not attached: a message holds at most ${LIMITS.attachmentsPerMessage} files. Send it in the next one.`)
    const id = uuid()
    const before = attachmentsOf(sessionId).map(other => other.id)
    attachments.set(sessionId, [...attachmentsOf(sessionId), toPreparingView(id, file, intoFolder)])
    askToKeepStorage()
    try {
      // The person's draft may still be on its way from the disk: what lies there stands before this file.
      // Once it is here nothing is waited for: the file is read while its place is drawn.
      if (!loaded.has(sessionId))
        await loadAttachmentsForSession(sessionId).catch(logUnreadable)
      const stored = attachmentsOf(sessionId).map(other => other.id)
      const drawn = isSvg(file) && !intoFolder && file.size ? await drawSvg(file) : undefined
      const attached = await media.attach(sessionId, id, drawn?.picture ?? file, [...before, ...stored.slice(0, stored.indexOf(id))], { intoFolder, drawnFrom: drawn?.drawnFrom })
      if (attached && attachmentsOf(sessionId).some(view => view.id === id))
        return replace(sessionId, id, toDraftView(attached.view, attached.saved))
    }
    catch (error) {
      drop(sessionId, id)
      throw error
    }
    finally {
      if (!isPreparing(sessionId) && behind.delete(sessionId))
        void sync(sessionId).catch(logUnreadable)
    }
  }

  function replace(sessionId: string, id: string, view: AttachmentView) {
    attachmentsOf(sessionId).filter(other => other.id === id).forEach(releaseView)
    attachments.set(sessionId, attachmentsOf(sessionId).map(other => other.id === id ? view : other))
    tabs.tell({ about: 'files', sessionId })
    return view
  }

  function drop(sessionId: string, id: string) {
    attachments.set(sessionId, attachmentsOf(sessionId).filter(other => other.id !== id))
  }

  /** @returns puts it back in its place, as it was; undefined where another tab was faster */
  async function removeAttachment(sessionId: string, id: string): Promise<(() => Promise<void>) | undefined> {
    const views = attachmentsOf(sessionId)
    const order = joinOrders(orders.get(sessionId) ?? [], views.map(view => view.id))
    const before = order.slice(0, order.indexOf(id))
    orders.set(sessionId, order)
    leaving.add(id)
    try {
      const undoId = await media.remove(id, before)
      drop(sessionId, id)
      views.filter(view => view.id === id).forEach(releaseView)
      tabs.tell({ about: 'files', sessionId })
      return undoId === undefined ? undefined : () => putBack(sessionId, undoId, id, before)
    }
    finally {
      void left(sessionId, [id]).catch(logUnreadable)
    }
  }

  async function putBack(sessionId: string, undoId: string, id: string, before: readonly string[]) {
    const { view, saved } = await media.putBackAttachment(undoId)
    leaving.delete(id)
    const place = insertAfter(attachmentsOf(sessionId).map(other => other.id), id, before)
    const views = new Map([...attachmentsOf(sessionId), toDraftView(view, saved)].map(shown => [shown.id, shown]))
    attachments.set(sessionId, place.map(other => views.get(other)!))
    tabs.tell({ about: 'files', sessionId })
  }

  /** Takes position and camera data out of a photo, without touching its pixels. */
  async function removeMetadata(sessionId: string, id: string): Promise<void> {
    const { view, saved } = await media.removeMetadata(id)
    replace(sessionId, id, toDraftView(view, saved))
  }

  /** The same text in the encoding that the person has chosen. */
  async function readAs(sessionId: string, id: string, encoding: Encoding): Promise<void> {
    const { view, saved } = await media.readAs(id, encoding)
    replace(sessionId, id, toDraftView(view, saved))
  }

  /** A picture that costs less, and shows less. */
  async function reduceAttachment(sessionId: string, id: string): Promise<void> {
    const { view, saved } = await media.reduce(id)
    replace(sessionId, id, toDraftView(view, saved))
  }

  /** Once in the life of a tab; later calls wait for the first. A load that failed is tried again. */
  function loadAttachmentsForSession(sessionId: string): Promise<void> {
    const loading = loads.get(sessionId) ?? sync(sessionId).catch((error: unknown) => {
      loads.delete(sessionId)
      throw error
    })
    loads.set(sessionId, loading)
    return loading
  }

  /** Shows what the device holds, and what only this tab has where it stood: there it will be on the device, too. */
  async function sync(sessionId: string): Promise<void> {
    await show(sessionId, await media.load(sessionId))
  }

  async function show(sessionId: string, found: readonly DraftThumbnail[]): Promise<void> {
    const stored = found.filter(({ id }) => !leaving.has(id))
    const ids = new Set(stored.map(({ id }) => id))
    const here = new Map(attachmentsOf(sessionId).map(view => [view.id, view]))
    const own = [...here.values()].filter(({ id, state }) => state !== 'saved' && !ids.has(id))
    const gone = [...here.values()].filter(({ id, state }) => state === 'saved' && !ids.has(id))
    const shown = [...stored.map(media => shownAlready(media, here.get(media.id)) ?? toDraftView(media)), ...own]
    attachments.set(sessionId, inPlace(shown, [...here.keys()], own.map(({ id }) => id)))
    gone.forEach(releaseView) // in another tab
    await media.letGo(gone.map(({ id }) => id))
    loaded.add(sessionId)
  }

  /** Removes them from the device as well. */
  async function clearAttachmentsForSession(sessionId: string): Promise<void> {
    await deleteAllDraftMediasForSession(sessionId)
    const views = takeAttachments(sessionId)
    views.forEach(releaseView)
    await media.forget(views.map(({ id }) => id))
    tabs.tell({ about: 'files', sessionId })
  }

  /**
   * Takes them out of the draft as it is shown; on the device it is the caller's to do.
   * @returns how they were shown: the caller owns their thumbnails now
   */
  function takeAttachments(sessionId: string): readonly AttachmentView[] {
    const views = attachmentsOf(sessionId)
    for (const { id } of views)
      leaving.add(id)
    attachments.set(sessionId, [])
    orders.delete(sessionId)
    void media.letGo(views.map(view => view.id))
    return views
  }

  /** The device has answered: from now on it says whether they are the draft's, also when another tab makes them so again. */
  async function left(sessionId: string, ids: readonly string[]): Promise<void> {
    const found = await media.load(sessionId) // what was read before has been answered before this
    ids.forEach(id => leaving.delete(id))
    await show(sessionId, found)
  }

  /** Takes a whole draft off the device. @returns puts its files back */
  async function removeDraft(sessionId: string, keepSession: boolean): Promise<() => Promise<void>> {
    const ids = attachmentsOf(sessionId).map(({ id }) => id)
    const undoId = await media.removeDraft(sessionId, ids, keepSession)
    takeAttachments(sessionId).forEach(releaseView)
    void left(sessionId, ids).catch(logUnreadable)
    tabs.tell({ about: 'files', sessionId })
    return async () => {
      const tabOnly = await media.putBackDraft(undoId)
      await giveBack(sessionId, ids, tabOnly.map(view => toDraftView(view, false)))
    }
  }

  /** Makes a whole draft's files another session's. @throws where the device could not, and nothing was moved */
  async function moveDraft(from: string, to: string): Promise<void> {
    const ids = attachmentsOf(from).map(({ id }) => id)
    await media.moveDraft(from, to, ids)
    const [tabOnly, saved] = [true, false].map(only => attachmentsOf(from).filter(({ state }) => (state === 'tab-only') === only))
    takeAttachments(from)
    saved?.forEach(releaseView)
    void left(from, ids).catch(logUnreadable)
    tabs.tell({ about: 'files', sessionId: from })
    await giveBack(to, ids, tabOnly)
  }

  /** They are the draft's again, on the device as well: it tells how they look, and where they stand. */
  async function giveBack(sessionId: string, ids: readonly string[], tabOnly: readonly AttachmentView[] = []): Promise<void> {
    ids.forEach(id => leaving.delete(id))
    attachments.set(sessionId, [...tabOnly, ...attachmentsOf(sessionId)])
    await sync(sessionId).catch(logUnreadable)
    tabs.tell({ about: 'files', sessionId })
  }

  /** Something else has changed the draft's files on the device. */
  async function reload(sessionId: string): Promise<void> {
    if (attachments.has(sessionId))
      await sync(sessionId)
    tabs.tell({ about: 'files', sessionId })
  }

  /** How medias look that belong to no draft shown here. The caller owns the thumbnails. */
  async function viewsOf(ids: readonly string[]): Promise<AttachmentView[]> {
    return (await media.look(ids)).map(view => toDraftView(view))
  }

  /** As the Agent SDK takes them: images and documents with their bytes, and their names in the person's order. */
  function getAttachmentsForSdk(sessionId: string) {
    return media.sdkBlocks(attachmentsOf(sessionId).map(view => view.id))
  }

  /** The frame that sends a message, built off the page's thread. @throws where a file is no longer on the device */
  const getFrame = (head: MessageHead, mediaIds: readonly string[]): Promise<BuiltFrame> => media.frame(head, mediaIds)

  /** The file's own bytes. */
  const openAttachment = (id: string): Promise<Blob> => media.open(id)

  /** The device holds none of them any more: what was on it goes from the drafts. @returns what went, by session */
  function loseStored(): { sessionId: string, names: string[] }[] {
    return [...attachments].flatMap(([sessionId, views]) => {
      const lost = views.filter(({ state }) => state === 'saved')
      lost.forEach(releaseView)
      attachments.set(sessionId, views.filter(({ state }) => state !== 'saved'))
      return lost.length ? [{ sessionId, names: lost.map(({ name }) => name) }] : []
    })
  }

  /** Loads what attaching a rare kind of file takes, while the server is there. */
  async function loadReaders(): Promise<void> {
    await media.loadReaders().catch((error: unknown) => console.warn('What reads Office documents could not be loaded yet; it will be when the first one comes.', error))
  }

  /** Undefined until the draft's attachments were loaded. */
  const countOf = (sessionId: string): number | undefined => attachments.get(sessionId)?.length

  return {
    attachmentsOf, countOf, addAttachment, removeAttachment, removeMetadata, reduceAttachment, readAs, loadAttachmentsForSession,
    clearAttachmentsForSession, takeAttachments, left, removeDraft, moveDraft, giveBack, reload, loseStored, viewsOf, openAttachment, getAttachmentsForSdk, getFrame, loadReaders,
  }
})

/** @param own of these the places are known by what stood before them here, not by the device */
function inPlace(views: readonly AttachmentView[], here: readonly string[], own: readonly string[]): AttachmentView[] {
  const byId = new Map(views.map(view => [view.id, view]))
  const stored = views.map(({ id }) => id).filter(id => !own.includes(id))
  const order = own.reduce((ids: readonly string[], id) => insertAfter(ids, id, here.slice(0, here.indexOf(id))), stored)
  return order.map(id => byId.get(id)!)
}

/** Nothing is drawn anew that looks as it did. */
function shownAlready({ size, hasPosition, reading }: DraftThumbnail, view: AttachmentView | undefined) {
  const same = view?.state === 'saved' && view.size === size && view.hasPosition === hasPosition && view.reading?.encoding === reading?.encoding
  return same ? view : undefined
}

/** A draft that cannot be read must not keep a person from attaching and sending in this tab. */
function logUnreadable(error: unknown) {
  console.warn('The attachments saved on this device cannot be read.', error)
}
