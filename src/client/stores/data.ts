import { defineStore } from 'pinia'
import type { AttachmentView } from '../../shared/attachmentView.ts'
import type { Encoding } from '../../shared/text/encodings.ts'
import { toDraftView } from '../utils/attachments/draftView.ts'
import type { MessageHead } from '../utils/attachments/messageBlocks.ts'
import { inOrderOf, joinOrders } from '../utils/storage/order.ts'
import { createUnderWay } from '../utils/timing/underWay.ts'
import { media, onWorkerLost } from '../workers/media.ts'
import type { BuiltFrame } from '../workers/media/mediaTasks.ts'
import { useDraftsStore } from './drafts.ts'
import { createAttaching, loadLater } from './files/attaching.ts'
import { createRemoving } from './files/removing.ts'
import type { SaveAgain } from './files/savingAgain.ts'
import { createShownFiles, logUnreadable } from './files/shownFiles.ts'
import { createTaking } from './files/taking.ts'

/** The attachments of the drafts: what is shown of them. Their bytes are in the browser's database. */
export const useDataStore = defineStore('data', () => {
  const files = createShownFiles()
  const taking = createTaking(files)
  const changes = createUnderWay()

  /** What becomes of a draft's files that the device has lost. Looking after the device has loaded it before. */
  async function saveAgain(sessionId: string): ReturnType<SaveAgain['saveAgain']> {
    const { createSavingAgain } = await loadLater()
    return createSavingAgain(files, media).saveAgain(sessionId)
  }

  /** What found no room on the device, once more. */
  async function saveTabOnly(sessionId: string): Promise<void> {
    const later = await loadLater()
    await useDraftsStore().inTurn(sessionId, () => later.saveTabOnly({ files, media, toDraftView }, sessionId))
  }

  onWorkerLost(() => {
    for (const sessionId of files.shownSessions())
      files.show(sessionId, files.viewsOf(sessionId).map(view => view.state === 'tab-only' ? { ...view, state: 'gone' } : view))
  })

  let preloading: Promise<void> | undefined

  /** Takes position and camera data out of a photo, without touching its pixels. */
  const removeMetadata = (sessionId: string, id: string): Promise<void> => showAnew(sessionId, id, media.removeMetadata(id))

  /** The same text in the encoding that the person has chosen. */
  const readAs = (sessionId: string, id: string, encoding: Encoding): Promise<void> => showAnew(sessionId, id, media.readAs(id, encoding))

  /** A picture that costs less, and shows less. */
  const reduceAttachment = (sessionId: string, id: string): Promise<void> => showAnew(sessionId, id, media.reduce(id))

  /** @param ids all that are shown, in their new order @returns false where the device could not keep it */
  async function orderAttachments(sessionId: string, ids: readonly string[]): Promise<boolean> {
    const later = await loadLater()
    return later.order({ files, media, joinOrders, logUnreadable }, sessionId, ids)
  }

  /** A file that the device holds in another form now. */
  function showAnew(sessionId: string, id: string, change: ReturnType<typeof media.reduce>): Promise<void> {
    return changes.follow(sessionId, change.then(({ view, saved }) => void files.replace(sessionId, id, toDraftView(view, saved))))
  }

  /** How medias look that belong to no draft shown here. The caller owns the thumbnails. */
  async function viewsOf(ids: readonly string[]): Promise<AttachmentView[]> {
    return (await media.look(ids)).map(view => toDraftView(view))
  }

  /** As the Agent SDK takes them: images and documents with their bytes, and their names in the person's order. */
  function getAttachmentsForSdk(sessionId: string) {
    return media.sdkBlocks(files.viewsOf(sessionId).map(view => view.id))
  }

  /** The frame that sends a message, built off the page's thread. @throws where a file is no longer on the device */
  const getFrame = (head: MessageHead, mediaIds: readonly string[]): Promise<BuiltFrame> => media.frame(head, mediaIds)

  /** What attaching needs, unless the person spares their connection: some megabytes, which the browser keeps. */
  function preload(): void {
    const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {}
    if (!saveData)
      preloading ??= media.preload().catch((error: unknown) => console.warn('What attaching needs is loaded when it is needed.', error))
  }

  /** The file's own bytes. */
  const openAttachment = (id: string): Promise<Blob> => media.open(id)

  return {
    attachmentsOf: files.viewsOf, countOf: files.countOf, shownSessions: files.shownSessions,
    loadAttachmentsForSession: files.load, reload: files.reload, left: files.left,
    ...createAttaching(files), removeMetadata, reduceAttachment, readAs, orderAttachments, inOrderOf, laterMeans: { files, media, showAnew }, ...taking, ...createRemoving(files, taking),
    loadLater, saveAgain, saveTabOnly, whenChanged: changes.whenOver, viewsOf, openAttachment, getAttachmentsForSdk, getFrame, preload,
  }
})
