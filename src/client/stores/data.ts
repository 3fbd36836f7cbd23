import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { LIMITS, type AttachmentView } from '../../shared/attachments.ts'
import { deleteAllDraftMediasForSession } from '../utils/draftStorage.ts'
import { releaseView, toDraftView, toPreparingView } from '../utils/draftView.ts'
import { FileRejectedError } from '../utils/fileUtils.ts'
import type { MessageHead } from '../utils/messageBlocks.ts'
import { drawSvg, isSvg } from '../utils/svg.ts'
import { uuid } from '../utils/uuid.ts'
import { media } from '../workers/media.ts'

/** The attachments of the drafts: what is shown of them. Their bytes are in the browser's database. */
export const useDataStore = defineStore('data', () => {
  // Shallow on purpose: a view is replaced, never edited, and IndexedDB refuses Vue's proxies.
  const attachments = shallowReactive(new Map<string, readonly AttachmentView[]>())
  const loads = new Map<string, Promise<void>>()
  const loaded = new Set<string>()
  const removed = new Set<string>()

  function attachmentsOf(sessionId: string): readonly AttachmentView[] {
    return attachments.get(sessionId) ?? []
  }

  /**
   * Shows the file in its final place at once, and calls it saved when it is on the disk.
   * @returns how it is shown; undefined where it was removed meanwhile
   * @throws FileRejectedError, a sentence for the person; the others are not touched by it
   */
  async function addAttachment(sessionId: string, file: File): Promise<AttachmentView | undefined> {
    if (attachmentsOf(sessionId).length >= LIMITS.attachmentsPerMessage)
      throw new FileRejectedError(`${file.name} was not attached: a message holds at most ${LIMITS.attachmentsPerMessage} files. Send it in the next one.`)
    const id = uuid()
    const before = attachmentsOf(sessionId).map(other => other.id)
    attachments.set(sessionId, [...attachmentsOf(sessionId), toPreparingView(id, file)])
    try {
      // The person's draft may still be on its way from the disk: what lies there stands before this file.
      // Once it is here nothing is waited for: the file is read while its place is drawn.
      if (!loaded.has(sessionId))
        await loadAttachmentsForSession(sessionId).catch(logUnreadable)
      const stored = attachmentsOf(sessionId).map(other => other.id)
      const given = isSvg(file) ? await drawSvg(file) : file
      const attached = await media.attach(sessionId, id, given, [...before, ...stored.slice(0, stored.indexOf(id))])
      if (attached && !removed.has(id))
        return replace(sessionId, id, toDraftView(attached.view, attached.saved))
    }
    catch (error) {
      drop(sessionId, id)
      throw error
    }
  }

  function replace(sessionId: string, id: string, view: AttachmentView) {
    attachmentsOf(sessionId).filter(other => other.id === id).forEach(releaseView)
    attachments.set(sessionId, attachmentsOf(sessionId).map(other => other.id === id ? view : other))
    return view
  }

  function drop(sessionId: string, id: string) {
    attachments.set(sessionId, attachmentsOf(sessionId).filter(other => other.id !== id))
  }

  async function removeAttachment(sessionId: string, id: string): Promise<void> {
    removed.add(id)
    const view = attachmentsOf(sessionId).find(other => other.id === id)
    await media.remove(id)
    drop(sessionId, id)
    if (view)
      releaseView(view)
  }

  /** Takes position and camera data out of a photo, without touching its pixels. */
  async function removeMetadata(sessionId: string, id: string): Promise<void> {
    const { view, saved } = await media.removeMetadata(id)
    replace(sessionId, id, toDraftView(view, saved))
  }

  /** A picture that costs less, and shows less. */
  async function reduceAttachment(sessionId: string, id: string): Promise<void> {
    const { view, saved } = await media.reduce(id)
    replace(sessionId, id, toDraftView(view, saved))
  }

  /** Once in the life of a tab; later calls wait for the first. A load that failed is tried again. */
  function loadAttachmentsForSession(sessionId: string): Promise<void> {
    const loading = loads.get(sessionId) ?? load(sessionId).catch((error: unknown) => {
      loads.delete(sessionId)
      throw error
    })
    loads.set(sessionId, loading)
    return loading
  }

  async function load(sessionId: string) {
    const stored = await media.load(sessionId)
    const here = attachmentsOf(sessionId)
    const found = stored.filter(view => !removed.has(view.id) && !here.some(other => other.id === view.id))
    attachments.set(sessionId, [...found.map(view => toDraftView(view)), ...here])
    loaded.add(sessionId)
  }

  /** Removes them from the device as well. */
  async function clearAttachmentsForSession(sessionId: string): Promise<void> {
    await deleteAllDraftMediasForSession(sessionId)
    takeAttachments(sessionId).forEach(releaseView)
  }

  /**
   * Takes them out of the draft, whose record has left the device already.
   * @returns how they were shown: the caller owns their thumbnails now
   */
  function takeAttachments(sessionId: string): readonly AttachmentView[] {
    const views = attachmentsOf(sessionId)
    for (const { id } of views)
      removed.add(id)
    void media.forget(views.map(view => view.id))
    attachments.set(sessionId, [])
    return views
  }

  /** As the Agent SDK takes them: images and documents with their bytes, and their names in the person's order. */
  function getAttachmentsForSdk(sessionId: string) {
    return media.sdkBlocks(sessionId, attachmentsOf(sessionId).map(view => view.id))
  }

  /** The frame that sends the draft, built off the page's thread. @throws where a file is no longer on the device */
  async function getFrame(head: MessageHead): Promise<Blob> {
    await loadAttachmentsForSession(head.session_id).catch(logUnreadable)
    return media.frame(head, attachmentsOf(head.session_id).map(view => view.id))
  }

  /** How large things may be, as the server says. */
  const followLimits = (told: Readonly<Record<string, number>>): void => void media.followLimits(told)

  /** The file's own bytes. */
  const openAttachment = (id: string): Promise<Blob> => media.open(id)

  /** Undefined until the draft's attachments were loaded. */
  const countOf = (sessionId: string): number | undefined => attachments.get(sessionId)?.length

  return {
    attachmentsOf, countOf, addAttachment, removeAttachment, removeMetadata, reduceAttachment, loadAttachmentsForSession,
    clearAttachmentsForSession, takeAttachments, openAttachment, getAttachmentsForSdk, getFrame, followLimits,
  }
})

/** A draft that cannot be read must not keep a person from attaching and sending in this tab. */
function logUnreadable(error: unknown) {
  console.warn('The attachments saved on this device cannot be read.', error)
}
