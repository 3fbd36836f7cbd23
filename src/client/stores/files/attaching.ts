import { LIMITS } from '../../../shared/attachments.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { uuid } from '../../../shared/uuid.ts'
import { thumbnailUrl, toDraftView, toPreparingView } from '../../utils/attachments/draftView.ts'
import { askToKeepStorage } from '../../utils/device/deviceStorage.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import { patiently } from '../../utils/network/patiently.ts'
import type { Given } from '../../utils/storage/intake/givenRecords.ts'
import { insertAfter, joinOrders } from '../../utils/storage/order.ts'
import { deferred } from '../../utils/timing/deferred.ts'
import { media } from '../../workers/media.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import type { Preparing } from './preparing.ts'
import { logUnreadable, type ShownFiles } from './shownFiles.ts'
import type { Report } from './takingUp.ts'
import { createWaitingForPart, lockOf } from './waitingForPart.ts'

/** How a file becomes a draft's. */
export function createAttaching(files: ShownFiles) {
  const tabs = useTabsStore()
  const waiting = createWaitingForPart(files)
  let part: Promise<Preparing> | undefined
  let loaded: Preparing | undefined

  /** There since the start, as a rule: what an earlier page has left is looked for with it. */
  function loadPreparing(): Promise<Preparing> {
    part ??= loadLater().then(later => loaded = later.createPreparing({ files, tabs, media, waiting, uuid, logUnreadable, thumbnailUrl, toDraftView }))
    part.catch(() => { part = undefined })
    return part
  }

  /**
   * Shows files that were given in one step in their final places at once, and calls each saved when it is on the disk.
   * @param intoFolder as they are, for the agent's workspace only
   * @returns of each how it is shown, undefined where it was removed meanwhile; it rejects with a FileRejectedError, a
   * sentence for the person, and the others are not touched by it
   */
  function addAttachments(sessionId: string, given: readonly File[], intoFolder = false): Promise<AttachmentView | undefined>[] {
    const shown = files.viewsOf(sessionId).map(({ id }) => id)
    const room = Math.max(0, LIMITS.attachmentsPerMessage - shown.length)
    const before = joinOrders(files.filesOf(sessionId).order, shown) // behind those too that were removed and may come back meanwhile
    const taken = given.slice(0, room).map((file): Given => {
      const id = uuid()
      const one = { id, file, before: [...before], intoFolder }
      before.push(id)
      return one
    })
    files.show(sessionId, [...files.viewsOf(sessionId), ...taken.map(({ id, file }) => toPreparingView(id, file, intoFolder))])
    askToKeepStorage()
    const prepared = loaded ? Promise.resolve(loaded.prepareAll(sessionId, taken)) : prepareOnceThere(sessionId, taken)
    prepared.catch(() => taken.forEach(({ id }) => files.drop(sessionId, id)))
    return given.map(async ({ name }, i) => i < room ? (await prepared)[i] : refuseTooMany(name))
  }

  /** No other tab takes them up meanwhile. */
  async function prepareOnceThere(sessionId: string, given: readonly Given[]): Promise<Promise<AttachmentView | undefined>[]> {
    const batch = uuid()
    const { promise: all, resolve: end } = deferred()
    void tabs.alone(lockOf(batch), new AbortController().signal, () => all).catch(logUnreadable)
    const preparing = await waiting.onceThere(sessionId, batch, given, loadPreparing).catch((error: unknown) => {
      end()
      throw error
    })
    const wanted = waiting.shown(sessionId, given)
    const results = preparing?.prepareAll(sessionId, wanted) ?? []
    void Promise.allSettled(results).finally(end)
    return given.map(one => results[wanted.indexOf(one)] ?? Promise.resolve(undefined))
  }

  /** The same of one file. */
  const addAttachment = async (sessionId: string, file: File, intoFolder = false): Promise<AttachmentView | undefined> =>
    addAttachments(sessionId, [file], intoFolder)[0]

  /**
   * Attaches what the server holds already, by reference. Such files stand before the others, as they will in the message.
   * @throws FileRejectedError, a sentence for the person
   */
  async function addStored(sessionId: string, file: AttachmentView): Promise<void> {
    if (files.viewsOf(sessionId).length >= LIMITS.attachmentsPerMessage)
      refuseTooMany(file.name)
    const later = await loadLater()
    await files.load(sessionId).catch(logUnreadable)
    await later.addStored({ files, media, toDraftView, insertAfter }, sessionId, file)
  }

  /** Prepares what an earlier page, or a tab that died, has left as it was given, once what that needs is here. */
  async function takeUp(report: Report): Promise<void> {
    await patiently(async () => {
      const { createTakingUp } = await loadLater()
      await createTakingUp({ files, tabs, preparing: await loadPreparing(), media }).takeUp(report)
    }, { isWanted: () => true, show: logUnreadable })
  }

  return { addAttachment, addAttachments, addStored, takeUp }
}

export const loadLater = () => loadPart(() => import('./laterFiles.ts'))

function refuseTooMany(name: string): never {
  throw new FileRejectedError(`${name} was not attached: a message holds at most ${LIMITS.attachmentsPerMessage} files. Send it in the next one.`)
}
