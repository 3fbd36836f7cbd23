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
import { media, onWorkerLost } from '../workers/media.ts'
import type { BuiltFrame } from '../workers/media/mediaTasks.ts'
import { inBackground } from '../utils/timing/inBackground.ts'
import { useDeviceMarkStore } from './tabs/deviceMark.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** The attachments of the drafts: what is shown of them. Their bytes are in the browser's database. */
export const useDataStore = defineStore('data', () => {
  const tabs = useTabsStore()
  const device = useDeviceMarkStore()
  // Shallow on purpose: a view is replaced, never edited, and IndexedDB refuses Vue's proxies.
  const attachments = shallowReactive(new Map<string, readonly AttachmentView[]>())
  const loads = new Map<string, Promise<void>>()
  const loaded = new Set<string>()
  let preloading: Promise<void> | undefined
  /** Taken out of their draft here, while the device has not answered yet: nothing read before shall show them again. */
  const leaving = new Set<string>()
  /** By session: the ids in their order, with those that were removed and may come back. */
  const orders = new Map<string, readonly string[]>()

  /** Of the readings that began so far, and of those that each session shows. */
  let readings = 0
  const newestShown = new Map<string, number>()

  /** Sessions to which another tab did something while files were prepared here: how they stand is to be read again. */
  const behind = new Set<string>()

  tabs.listen((news) => {
    if (news.about !== 'files' || !loads.has(news.sessionId))
      return
    if (isPreparing(news.sessionId))
      behind.add(news.sessionId)
    inBackground(sync(news.sessionId), UNREADABLE)
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
      forgetGone(sessionId, file.name)
      if (attached && attachmentsOf(sessionId).some(view => view.id === id))
        return replace(sessionId, id, toDraftView(attached.view, attached.saved))
    }
    catch (error) {
      drop(sessionId, id)
      throw error
    }
    finally {
      if (!isPreparing(sessionId) && behind.delete(sessionId))
        inBackground(sync(sessionId), UNREADABLE)
    }
  }

  /** It was attached again. */
  function forgetGone(sessionId: string, name: string) {
    const again = attachmentsOf(sessionId).filter(view => view.state === 'gone' && view.name === name)
    again.forEach(releaseView)
    again.forEach(({ id }) => drop(sessionId, id))
    inBackground(Promise.all(again.map(({ id }) => media.remove(id, []))), UNREADABLE)
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
      inBackground(left(sessionId, [id]), UNREADABLE)
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
    const reading = beginReading(sessionId)
    const found = await media.load(sessionId)
    if (await device.check()) // what this tab has was saved again meanwhile
      return sync(sessionId)
    await show(sessionId, found, reading)
  }

  /** What was saved before it begins and is not found has gone; what is saved meanwhile may be missing in what it finds. */
  function beginReading(sessionId: string) {
    readings += 1
    return { number: readings, saved: new Set(attachmentsOf(sessionId).filter(({ state }) => state === 'saved').map(({ id }) => id)) }
  }

  async function show(sessionId: string, found: readonly DraftThumbnail[], reading: ReturnType<typeof beginReading>): Promise<void> {
    if (reading.number < (newestShown.get(sessionId) ?? 0))
      return // one that began later was faster
    newestShown.set(sessionId, reading.number)
    const stored = found.filter(({ id }) => !leaving.has(id))
    const ids = new Set(stored.map(({ id }) => id))
    const here = new Map(attachmentsOf(sessionId).map(view => [view.id, view]))
    const [gone, own] = [true, false].map(isGone => [...here.values()]
      .filter(({ id, state }) => !ids.has(id) && isGone === (state === 'saved' && reading.saved.has(id))))
    const shown = stored.map(media => shownAlready(media, here.get(media.id)) ?? toDraftView(media))
    attachments.set(sessionId, inPlace([...shown, ...own!], [...here.keys()], own!.map(({ id }) => id)))
    gone!.forEach(releaseView) // in another tab
    loaded.add(sessionId)
    await media.letGo(gone!.map(({ id }) => id))
  }

  /** Removes them from the device as well. */
  async function clearAttachmentsForSession(sessionId: string): Promise<void> {
    const ids = attachmentsOf(sessionId).map(({ id }) => id)
    await deleteAllDraftMediasForSession(sessionId)
    const views = takeAttachments(sessionId, ids)
    views.forEach(releaseView)
    await media.forget(ids)
    await reload(sessionId) // of what came meanwhile the device says what is left
  }

  /**
   * Takes them out of the draft as it is shown; on the device it is the caller's to do.
   * @param ids those that the person saw when it began; all of them, where it begins now
   * @returns how they were shown: the caller owns their thumbnails now
   */
  function takeAttachments(sessionId: string, ids?: readonly string[]): readonly AttachmentView[] {
    const taken = attachmentsOf(sessionId).filter(({ id }) => ids?.includes(id) ?? true)
    for (const { id } of taken)
      leaving.add(id)
    attachments.set(sessionId, attachmentsOf(sessionId).filter(view => !taken.includes(view)))
    orders.delete(sessionId)
    inBackground(media.letGo(taken.map(view => view.id)), UNREADABLE)
    return taken
  }

  /** The device has answered: from now on it says whether they are the draft's, also when another tab makes them so again. */
  async function left(sessionId: string, ids: readonly string[]): Promise<void> {
    const reading = beginReading(sessionId)
    const found = await media.load(sessionId) // what was read before has been answered before this
    ids.forEach(id => leaving.delete(id))
    await show(sessionId, found, reading)
  }

  /** Takes a whole draft off the device. @returns puts its files back */
  async function removeDraft(sessionId: string, keepSession: boolean): Promise<() => Promise<void>> {
    const ids = attachmentsOf(sessionId).map(({ id }) => id)
    const undoId = await media.removeDraft(sessionId, ids, keepSession)
    takeAttachments(sessionId, ids).forEach(releaseView)
    inBackground(left(sessionId, ids), UNREADABLE)
    tabs.tell({ about: 'files', sessionId })
    return async () => {
      const tabOnly = await media.putBackDraft(undoId)
      await restore(sessionId, ids, tabOnly.map(view => toDraftView(view, false)))
    }
  }

  /** Makes a whole draft's files another session's. @throws where the device could not, and nothing was moved */
  async function moveDraft(from: string, to: string): Promise<void> {
    const ids = attachmentsOf(from).map(({ id }) => id)
    await media.moveDraft(from, to, ids)
    const taken = takeAttachments(from, ids)
    const [tabOnly, saved] = [true, false].map(only => taken.filter(({ state }) => (state !== 'saved') === only))
    saved?.forEach(releaseView)
    inBackground(left(from, ids), UNREADABLE)
    tabs.tell({ about: 'files', sessionId: from })
    await restore(to, ids, tabOnly)
  }

  /** They are the draft's again, on the device as well: it tells how they look, and where they stand. */
  async function restore(sessionId: string, ids: readonly string[], tabOnly: readonly AttachmentView[] = []): Promise<void> {
    ids.forEach(id => leaving.delete(id))
    attachments.set(sessionId, [...tabOnly, ...attachmentsOf(sessionId)])
    await sync(sessionId).catch(logUnreadable)
    tabs.tell({ about: 'files', sessionId })
  }

  /** They never left the draft. */
  function putBackAll(sessionId: string, shown: readonly AttachmentView[]): void {
    shown.forEach(({ id }) => leaving.delete(id))
    attachments.set(sessionId, [...shown, ...attachmentsOf(sessionId)])
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

  /** What attaching needs, unless the person spares their line: some megabytes, which the browser keeps. */
  function preload(): void {
    const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {}
    if (!saveData)
      preloading ??= media.preload().catch((error: unknown) => console.warn('What attaching needs is loaded when it is needed.', error))
  }

  /** The file's own bytes. */
  const openAttachment = (id: string): Promise<Blob> => media.open(id)

  /**
   * The device has lost what it held of a draft: what this tab still has is saved again, the rest stays in sight as gone.
   * @returns the names of those that are usable again
   */
  async function saveAgain(sessionId: string): Promise<{ kept: string[] }> {
    const lost = attachmentsOf(sessionId).filter(({ state }) => state === 'saved')
    restate(sessionId, new Map(lost.map(({ id }) => [id, 'preparing'])))
    const usable = await media.saveAgain(lost.map(({ id, mimeType, size, hasPosition }) => ({ id, mimeType, size, hasPosition })))
      .catch(() => [])
    const states = new Map(usable.map(({ id, saved }) => [id, saved ? 'saved' as const : 'tab-only' as const]))
    restate(sessionId, new Map(lost.map(({ id }) => [id, states.get(id) ?? 'gone'])))
    await media.letGo(lost.filter(({ id }) => !states.has(id)).map(({ id }) => id)) // so that they can be attached again
    tabs.tell({ about: 'files', sessionId })
    return { kept: lost.filter(({ id }) => states.has(id)).map(({ name }) => name) }
  }

  onWorkerLost(() => {
    for (const [sessionId, views] of attachments)
      restate(sessionId, new Map(views.filter(({ state }) => state === 'tab-only').map(({ id }) => [id, 'gone'])))
  })

  function restate(sessionId: string, states: ReadonlyMap<string, AttachmentView['state']>) {
    attachments.set(sessionId, attachmentsOf(sessionId).map(view => ({ ...view, state: states.get(view.id) ?? view.state })))
  }

  /** Undefined until the draft's attachments were loaded. */
  const countOf = (sessionId: string): number | undefined => attachments.get(sessionId)?.length

  return {
    attachmentsOf, countOf, addAttachment, removeAttachment, removeMetadata, reduceAttachment, readAs, loadAttachmentsForSession,
    clearAttachmentsForSession, takeAttachments, left, removeDraft, moveDraft, restore, putBackAll, reload, shownSessions: () => attachments.keys(), saveAgain, viewsOf, openAttachment, getAttachmentsForSdk, getFrame, preload,
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

const UNREADABLE = 'The attachments saved on this device cannot be read.'

/** A draft that cannot be read must not keep a person from attaching and sending in this tab. */
function logUnreadable(error: unknown) {
  console.warn(UNREADABLE, error)
}
