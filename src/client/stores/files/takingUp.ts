import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { media as tasks } from '../../workers/media.ts'
import type { useTabsStore } from '../tabs/tabs.ts'
import type { Preparing } from './preparing.ts'
import type { ShownFiles } from './shownFiles.ts'
import { lockOf } from './waitingForPart.ts'

/** Told of a file that is taken up again: what becomes of it, as `addAttachments` says. */
export type Report = (sessionId: string, file: File, prepared: Promise<AttachmentView | undefined>) => void

interface Means {
  files: ShownFiles
  tabs: Pick<ReturnType<typeof useTabsStore>, 'aloneNow' | 'whenFree'>
  preparing: Preparing
  media: typeof tasks
}

/** How files that are on the device as they were given, and are prepared by nobody, become a draft's after all. */
export function createTakingUp({ files, tabs, media, preparing: { prepareSeen, underWay } }: Means) {
  /** Resolves when nothing is left that this tab has to prepare. What another tab is at is left to it, as long as it lives. */
  async function takeUp(report: Report): Promise<void> {
    const left = (await media.waiting()).filter(({ batch }) => !underWay.has(batch))
    await Promise.all(left.map(async ({ batch, sessionIds }) => {
      underWay.add(batch)
      try {
        while (!await tabs.aloneNow(lockOf(batch), () => goOn(batch, report)))
          await tabs.whenFree(lockOf(batch))
        await Promise.all(sessionIds.map(id => files.sync(id)))
      }
      finally {
        underWay.delete(batch)
      }
    }))
  }

  async function goOn(batch: string, report: Report) {
    const found = await media.takeUp(batch)
    await Promise.all([...new Set(found.map(({ sessionId }) => sessionId))].map(async (sessionId) => {
      await files.load(sessionId)
      await files.sync(sessionId)
      const given = found.filter(one => one.sessionId === sessionId && files.viewsOf(sessionId).some(({ id }) => id === one.id))
      given.forEach(({ id }) => files.beginHere(sessionId, id))
      const prepared = prepareSeen(sessionId, given, Promise.resolve())
      given.forEach(({ file }, i) => report(sessionId, file, prepared[i] ?? Promise.resolve(undefined)))
      await Promise.allSettled(prepared)
    }))
  }

  return { takeUp }
}
