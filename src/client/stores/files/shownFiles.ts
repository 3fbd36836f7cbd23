import { shallowReactive } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { toDraftView, toSafeView } from '../../utils/attachments/draftView.ts'
import { inOrderOf } from '../../utils/storage/order.ts'
import { getDrawnFiles, type HeldFile } from '../../utils/storage/thumbnailStorage.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { onceDrawn } from '../../utils/timing/frames.ts'
import { media } from '../../workers/media.ts'
import { readDraftFiles } from '../../workers/readDraftFiles.ts'
import { useDeviceMarkStore } from '../tabs/deviceMark.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import { createWaitingFiles } from '../tabs/waitingFiles.ts'
import { createDraftFiles, type DraftFiles, type Reading } from './draftFiles.ts'
import { isHeld, mergeFiles } from './mergeFiles.ts'

export type ShownFiles = ReturnType<typeof createShownFiles>

/** How the files of the drafts are shown in this tab, kept up with what the device holds and what other tabs do. */
export function createShownFiles() {
  const tabs = useTabsStore()
  const device = useDeviceMarkStore()
  // Shallow on purpose: a view is replaced, never edited, and IndexedDB refuses Vue's proxies.
  const views = shallowReactive(new Map<string, readonly AttachmentView[]>())
  const drafts = new Map<string, DraftFiles>()
  /** By which reading a file was found that another tab is at. */
  const foundBy = new WeakMap<AttachmentView, number>()
  const { wait, beginHere, waitsElsewhere } = createWaitingFiles(showAs)

  tabs.listen((news) => {
    if (news.about !== 'files' || !filesOf(news.sessionId).loading)
      return
    if (isPreparing(news.sessionId))
      filesOf(news.sessionId).isBehind = true
    inBackground(sync(news.sessionId), UNREADABLE)
  })

  const isPreparing = (sessionId: string) => viewsOf(sessionId).some(({ state }) => state === 'preparing')

  function viewsOf(sessionId: string): readonly AttachmentView[] {
    return views.get(sessionId) ?? []
  }

  function filesOf(sessionId: string): DraftFiles {
    const files = drafts.get(sessionId) ?? createDraftFiles()
    drafts.set(sessionId, files)
    return files
  }

  function show(sessionId: string, shown: readonly AttachmentView[]): void {
    views.set(sessionId, shown)
  }

  /** Shows them in the order that a person has just given them. */
  function arrange(sessionId: string): void {
    const { wanted } = filesOf(sessionId)
    if (wanted)
      show(sessionId, inOrderOf(viewsOf(sessionId), wanted))
  }

  function replace(sessionId: string, id: string, view: AttachmentView): AttachmentView {
    show(sessionId, viewsOf(sessionId).map(other => other.id === id ? view : other))
    tell(sessionId)
    return view
  }

  function drop(sessionId: string, id: string): void {
    show(sessionId, viewsOf(sessionId).filter(other => other.id !== id))
  }

  /** It is the same file, found when it was, and waits for this now. */
  function showAs(sessionId: string, id: string, waitsFor: AttachmentView['waitsFor']): void {
    const view = viewsOf(sessionId).find(view => view.id === id && view.state === 'preparing')
    if (!view || view.waitsFor === waitsFor)
      return
    const changed = { ...view, waitsFor }
    const found = foundBy.get(view)
    if (found !== undefined)
      foundBy.set(changed, found)
    show(sessionId, viewsOf(sessionId).map(other => other === view ? changed : other))
  }

  /** A file was prepared, well or not. */
  function prepared(sessionId: string): void {
    const files = filesOf(sessionId)
    if (!files.isBehind || isPreparing(sessionId))
      return
    files.isBehind = false
    inBackground(sync(sessionId), UNREADABLE)
  }

  /** Once in the life of a tab; later calls wait for the first. A load that failed is tried again. */
  function load(sessionId: string): Promise<void> {
    const files = filesOf(sessionId)
    return files.loading ??= readFirst(sessionId).catch((error: unknown) => {
      files.loading = undefined
      throw error
    })
  }

  /** Shows them before there is a worker, whose start takes as long as all else; then it is asked, as it is from then on. */
  async function readFirst(sessionId: string): Promise<void> {
    const reading = beginReading(sessionId)
    const [, found] = await Promise.all([
      device.check(), // first: what is removed after it was shown is noticed only by the mark of before
      getDrawnFiles(sessionId).catch(() => undefined), // why, the worker says
    ])
    if (!found)
      return sync(sessionId) // it draws them
    await merge(sessionId, found, reading)
    await onceDrawn()
    await sync(sessionId).catch(logUnreadable) // they were read, and are shown
  }

  /** Shows what the device holds, and what only this tab has. */
  async function sync(sessionId: string): Promise<void> {
    const reading = beginReading(sessionId)
    const found = await readDraftFiles(sessionId)
    if (await device.check()) // what this tab has was saved again meanwhile
      return sync(sessionId)
    await merge(sessionId, found, reading)
  }

  const beginReading = (sessionId: string) =>
    filesOf(sessionId).begin(viewsOf(sessionId).filter(isHeld).map(({ id }) => id))

  async function merge(sessionId: string, found: readonly HeldFile[], reading: Reading): Promise<void> {
    const pending = filesOf(sessionId).end(reading)
    if (!pending)
      return
    const before = viewsOf(sessionId)
    const isOver = (view: AttachmentView) => (foundBy.get(view) ?? Infinity) < reading.number // found by an earlier reading, which ended after this one had begun
    const savedBefore = new Set([...pending.savedBefore, ...before.filter(isOver).map(({ id }) => id)])
    const { shown, gone } = mergeFiles(found, before, { ...pending, savedBefore }, file => file.preparing ? { ...toSafeView(file), waitsFor: waitsElsewhere(file.id) } : toDraftView(file))
    for (const view of shown.filter(view => view.found && !foundBy.has(view)))
      foundBy.set(view, reading.number)
    show(sessionId, shown)
    arrange(sessionId)
    if (gone.length)
      await media.release(gone)
  }

  /** The device has answered: from now on it says whether they are the draft's, also when another tab makes them so again. */
  async function left(sessionId: string, ids: readonly string[]): Promise<void> {
    const reading = beginReading(sessionId)
    const found = await readDraftFiles(sessionId) // what was read before has been answered before this
    ids.forEach(id => filesOf(sessionId).leaving.delete(id))
    await merge(sessionId, found, reading)
  }

  /** Something else has changed the draft's files on the device. */
  async function reload(sessionId: string): Promise<void> {
    if (views.has(sessionId))
      await sync(sessionId)
    tell(sessionId)
  }

  const tell = (sessionId: string) => tabs.tell({ about: 'files', sessionId })

  /** Undefined until the draft's attachments were loaded. */
  const countOf = (sessionId: string): number | undefined => views.get(sessionId)?.length

  return { filesOf, viewsOf, countOf, shownSessions: () => views.keys(), isPreparing, show, arrange, replace, drop, prepared, load, sync, left, reload, tell, wait, beginHere }
}

export const UNREADABLE = 'The attachments saved on this device cannot be read.'

/** A draft that cannot be read must not keep a person from attaching and sending in this tab. */
export function logUnreadable(error: unknown): void {
  console.warn(UNREADABLE, error)
}
