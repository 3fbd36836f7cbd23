import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { uuid as name } from '../../../shared/uuid.ts'
import { shownName } from '../../../shared/plainText.ts'
import type * as views from '../../utils/attachments/draftView.ts'
import { isSvg } from '../../utils/images/isSvg.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import { patiently } from '../../utils/network/patiently.ts'
import { deferred } from '../../utils/timing/deferred.ts'
import { onceDrawn } from '../../utils/timing/frames.ts'
import type { Given } from '../../utils/storage/intake/givenRecords.ts'
import type { media as tasks } from '../../workers/media.ts'
import { createTryingAgain } from '../../workers/tryingAgain.ts'
import type { useTabsStore } from '../tabs/tabs.ts'
import type { logUnreadable as log, ShownFiles } from './shownFiles.ts'
import { createDrawing } from './drawing.ts'
import { lockOf, type WaitingForPart } from './waitingForPart.ts'

/** What the first load has of it already, so that it is not taken apart for this. */
interface Means extends Pick<typeof views, 'thumbnailUrl' | 'toDraftView'> {
  files: ShownFiles
  tabs: Pick<ReturnType<typeof useTabsStore>, 'alone'>
  media: typeof tasks
  waiting: WaitingForPart
  uuid: typeof name
  logUnreadable: typeof log
}

/** Milliseconds in which all pictures of a drop are drawn, or the others go on. */
const PATIENCE = 1000

export type Preparing = ReturnType<typeof createPreparing>

/** How files are made safe, and then a draft's. */
export function createPreparing({ files, tabs, media, waiting, uuid, logUnreadable, thumbnailUrl, toDraftView }: Means) {
  /** What was given together, and is being prepared in this tab, or by another that this one waits for. */
  const underWay = new Set<string>()
  const { attempt } = createTryingAgain(media)
  const { draw } = createDrawing({ files, media, thumbnailUrl })
  const idsOf = (sessionId: string) => files.viewsOf(sessionId).map(({ id }) => id)

  /**
   * All of them are on the disk as they are before anything is done to one of them. Their way there begins at once; what
   * is done afterwards is done by this tab alone.
   */
  function prepareAll(sessionId: string, given: readonly Given[]): Promise<AttachmentView | undefined>[] {
    const batch = uuid()
    underWay.add(batch)
    const { promise: isOurs, resolve: begin } = deferred()
    const { promise: all, resolve: end } = deferred()
    void tabs.alone(lockOf(batch), new AbortController().signal, async () => {
      begin()
      await all
    }).catch(logUnreadable).finally(begin)
    const results = prepareSeen(sessionId, given, Promise.all([makeSafe(sessionId, batch, given), isOurs]))
    void Promise.allSettled(results).finally(() => {
      underWay.delete(batch)
      end()
    })
    return results
  }

  async function makeSafe(sessionId: string, batch: string, given: readonly Given[]) {
    const { isRead, discarding } = files.filesOf(sessionId)
    if (discarding)
      await discarding.catch(logUnreadable) // it would take these along
    const takeIn = () => media.takeIn(sessionId, batch, waiting.shown(sessionId, given), isRead)
    const safe = new Set(await waiting.onceThere(sessionId, batch, given, takeIn).catch(() => []))
    if (safe.size) {
      files.show(sessionId, files.viewsOf(sessionId).map(view => safe.has(view.id) ? { ...view, safe: true } : view))
      files.tell(sessionId)
    }
    // The person's draft may still be on its way from the disk: what lies there stands before these files, and may be the same.
    await files.load(sessionId).catch(logUnreadable)
  }

  /**
   * How they look is drawn, and seen, before any of them is checked, beside their way to the disk, which was begun before;
   * but none waits long for one that is slow to be read.
   */
  function prepareSeen(sessionId: string, given: readonly Given[], safe: Promise<unknown>): Promise<AttachmentView | undefined>[] {
    const placed = new Promise(resolve => setTimeout(resolve)) // they have their places first: drawing takes every core
    const seen = given.map(async (one) => {
      await placed
      await draw(sessionId, one)
    })
    const patience = safe.then(() => Promise.race([Promise.all(seen), new Promise(resolve => setTimeout(resolve, PATIENCE))])).then(onceDrawn)
    return given.map(async (one, i) => {
      await Promise.all([seen[i], patience])
      return prepare(sessionId, one)
    })
  }

  async function prepare(sessionId: string, one: Given): Promise<AttachmentView | undefined> {
    const { id, file } = one
    const counts = files.filesOf(sessionId).beginPreparing(id)
    const isWanted = () => counts() && idsOf(sessionId).includes(id)
    try {
      const attached = await patiently(() => attempt(one, again => attach(sessionId, again)), {
        beginAgain: () => media.beginAgain(id, false).catch(logUnreadable),
        isWanted,
        show: ({ gone }) => files.wait(sessionId, id, gone ? 'reload' : 'server'),
      })
      forgetGone(sessionId, file.name)
      if (attached && isWanted())
        return files.replace(sessionId, id, toDraftView(attached.view, attached.saved))
      if (counts())
        files.drop(sessionId, id)
    }
    catch (error) {
      if (!counts())
        return undefined
      // Whatever else went wrong says nothing of the file: it stays where it is safe, and is prepared at the next start.
      if (error instanceof FileRejectedError)
        await refuse(sessionId, one, error)
      else
        files.drop(sessionId, id)
      files.tell(sessionId)
      throw error
    }
    finally {
      await keepOrder(sessionId)
      files.prepared(sessionId)
    }
  }

  /** What was read of the device a moment ago does not bring it back. */
  async function refuse(sessionId: string, { id, file }: Given, { message, fitsFolder }: FileRejectedError) {
    files.filesOf(sessionId).leaving.add(id)
    files.drop(sessionId, id)
    await media.refuse(id, sessionId, { name: file.name, text: message, ...fitsFolder && { fitsFolder } }).catch(logUnreadable)
    await files.left(sessionId, [id]).catch(logUnreadable)
  }

  /** What was put elsewhere while it was prepared stands there on the device, too. */
  async function keepOrder(sessionId: string) {
    const draft = files.filesOf(sessionId)
    if (!draft.wanted || files.isPreparing(sessionId))
      return
    draft.wanted = undefined
    await media.order(sessionId, idsOf(sessionId)).catch(logUnreadable)
  }

  async function attach(sessionId: string, { id, file, before, intoFolder }: Given) {
    const stored = idsOf(sessionId)
    const drawn = isSvg(file) && !intoFolder && file.size ? await drawSvg(file) : undefined
    const standing = [...before, ...stored.slice(0, stored.indexOf(id))]
    return media.attach(sessionId, id, drawn?.picture ?? file, standing, { intoFolder, drawnFrom: drawn?.drawnFrom })
  }

  /** It was attached again. */
  function forgetGone(sessionId: string, name: string) {
    for (const { id } of files.viewsOf(sessionId).filter(view => view.state === 'gone' && view.name === shownName(name))) {
      files.drop(sessionId, id)
      void media.remove(id, []).catch(logUnreadable)
    }
  }

  /** Loaded with the first drawing. */
  const drawSvg = async (file: File) => (await loadPart(() => import('../../utils/images/svg.ts'))).drawSvg(file)

  return { prepareAll, prepareSeen, underWay }
}
