import { LIMITS, type AttachmentView } from '../../../shared/attachments.ts'
import { uuid } from '../../../shared/uuid.ts'
import { releaseView, toDraftView, toPreparingView } from '../../utils/attachments/draftView.ts'
import { toReference } from '../../utils/attachments/reference.ts'
import { askToKeepStorage } from '../../utils/device/deviceStorage.ts'
import { isSvg } from '../../utils/images/isSvg.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import { insertAfter } from '../../utils/storage/order.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { media } from '../../workers/media.ts'
import { logUnreadable, UNREADABLE, type ShownFiles } from './shownFiles.ts'

/** Loaded with the first drawing. */
async function draw(file: File) {
  const { drawSvg } = await loadPart(() => import('../../utils/images/svg.ts'))
  return drawSvg(file)
}

/** How a file becomes a draft's. */
export function createAttaching(files: ShownFiles) {
  const idsOf = (sessionId: string) => files.viewsOf(sessionId).map(({ id }) => id)

  /**
   * Shows the file in its final place at once, and calls it saved when it is on the disk.
   * @param intoFolder as it is, for the agent's workspace only
   * @returns how it is shown; undefined where it was removed meanwhile
   * @throws FileRejectedError, a sentence for the person; the others are not touched by it
   */
  async function addAttachment(sessionId: string, file: File, intoFolder = false): Promise<AttachmentView | undefined> {
    refuseTooMany(sessionId, file.name)
    const id = uuid()
    const before = idsOf(sessionId)
    files.show(sessionId, [...files.viewsOf(sessionId), toPreparingView(id, file, intoFolder)])
    askToKeepStorage()
    try {
      const attached = await attach(sessionId, id, file, before, intoFolder)
      forgetGone(sessionId, file.name)
      if (attached && idsOf(sessionId).includes(id))
        return files.replace(sessionId, id, toDraftView(attached.view, attached.saved))
    }
    catch (error) {
      files.drop(sessionId, id)
      throw error
    }
    finally {
      files.prepared(sessionId)
    }
  }

  async function attach(sessionId: string, id: string, file: File, before: readonly string[], intoFolder: boolean) {
    // The person's draft may still be on its way from the disk: what lies there stands before this file.
    // Once it is here nothing is waited for: the file is read while its place is drawn.
    if (!files.filesOf(sessionId).isRead)
      await files.load(sessionId).catch(logUnreadable)
    const stored = idsOf(sessionId)
    const drawn = isSvg(file) && !intoFolder && file.size ? await draw(file) : undefined
    const standing = [...before, ...stored.slice(0, stored.indexOf(id))]
    return media.attach(sessionId, id, drawn?.picture ?? file, standing, { intoFolder, drawnFrom: drawn?.drawnFrom })
  }

  /** It was attached again. */
  function forgetGone(sessionId: string, name: string) {
    const again = files.viewsOf(sessionId).filter(view => view.state === 'gone' && view.name === name)
    again.forEach(releaseView)
    again.forEach(({ id }) => files.drop(sessionId, id))
    inBackground(Promise.all(again.map(({ id }) => media.remove(id, []))), UNREADABLE)
  }

  /**
   * Attaches what the server holds already, by reference. Such files stand before the others, as they will in the message.
   * @throws FileRejectedError, a sentence for the person
   */
  async function addStored(sessionId: string, file: AttachmentView): Promise<void> {
    refuseTooMany(sessionId, file.name)
    await files.load(sessionId).catch(logUnreadable)
    const before = files.viewsOf(sessionId).filter(({ url }) => url).map(({ id }) => id)
    const reference = toReference(sessionId, file)
    const attached = await media.attachStored(reference, before)
    const shown = new Map([...files.viewsOf(sessionId), toDraftView(attached.view, attached.saved)].map(view => [view.id, view]))
    files.show(sessionId, insertAfter(idsOf(sessionId), reference.id, before).flatMap(id => shown.get(id) ?? []))
    files.tell(sessionId)
  }

  function refuseTooMany(sessionId: string, name: string) {
    if (files.viewsOf(sessionId).length >= LIMITS.attachmentsPerMessage)
      throw new FileRejectedError(`${name} was not attached: a message holds at most ${LIMITS.attachmentsPerMessage} files. Send it in the next one.`)
  }

  return { addAttachment, addStored }
}
