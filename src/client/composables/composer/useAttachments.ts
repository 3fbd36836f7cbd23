import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { LIMITS } from '../../../shared/attachments.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { Encoding } from '../../../shared/text/encodings.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import { useConversionsStore } from '../../stores/conversions.ts'
import { useDataStore } from '../../stores/data.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useUndoStore } from '../../stores/undo.ts'
import { readingNotice } from '../../utils/attachments/attachmentText.ts'
import { loadPart, MissingPartError } from '../../utils/network/loadPart.ts'
import { patiently } from '../../utils/network/patiently.ts'
import { FileRejectedError } from '../../utils/limits/rejection.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import type { tellLeft as tell } from '../preview/useUnsavedSteps.ts'
import { useAttaching } from './useAttaching.ts'

const UNREADABLE = 'The files of this draft could not be read from this device. Reload the page to try again; nothing of them was deleted.'
const NOT_YET = 'The files of this draft cannot be shown yet: a part of Satchel that this needs could not be loaded, because the server cannot be reached. They are safe on this device, and it is tried again by itself.'

/** The attachments of one session's draft: what is there, how to add and remove, how to look. */
export function useAttachments(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const notices = useNoticesStore()
  const { offer } = useUndoStore()
  const { attach } = useAttaching()

  const { progressOf } = useConversionsStore()

  const attachments = computed(() => data.attachmentsOf(toValue(sessionId)).map(withProgress))
  const preparing = computed(() => attachments.value.some(({ state }) => state === 'preparing'))
  const remark = computed(() => attachments.value.length >= LIMITS.attachmentsRemark
    ? `${attachments.value.length} attachments: from ${LIMITS.attachmentsRemark} on Claude looks at each less closely. A message holds at most ${LIMITS.attachmentsPerMessage}.`
    : undefined)

  function withProgress(view: AttachmentView): AttachmentView {
    const progress = view.state === 'preparing' ? progressOf(view.id) : undefined
    return progress === undefined ? view : { ...view, progress }
  }

  watch(() => toValue(sessionId), load, { immediate: true })

  // Few have something that was drawn and is in no picture: what tells of it comes then.
  let telling: Promise<{ tellLeft: typeof tell }> | undefined
  watch(attachments, views => inBackground(tellLeft(toValue(sessionId), views), 'What was drawn and not finished is not told.'), { immediate: true })

  async function tellLeft(session: string, views: readonly AttachmentView[]) {
    if (views.some(({ unsaved }) => unsaved))
      telling ??= loadPart(() => import('../preview/useUnsavedSteps.ts'));
    (await telling)?.tellLeft(notices, session, views)
  }

  async function load(session: string) {
    try {
      await patiently(() => data.loadAttachmentsForSession(session), {
        isWanted: () => session === toValue(sessionId),
        show: ({ gone }) => tellUnread(session, gone ? UNREADABLE : NOT_YET),
      })
      tellUnread(session, undefined)
    }
    catch (error) {
      console.warn('The attachments of this draft could not be read.', error)
      notices.tell(session, UNREADABLE)
    }
  }

  /** Why its files are not shown, if so. */
  function tellUnread(session: string, why: string | undefined) {
    notices.withdraw(session, ({ text }) => (text === NOT_YET || text === UNREADABLE) && text !== why)
    if (why)
      notices.tell(session, why, 'warning')
  }

  /** The files are the session's to which they were given, wherever the person goes meanwhile. */
  async function add(files: Iterable<File>): Promise<void> {
    await attach(toValue(sessionId), files)
  }

  /** Something done to one attachment; where that fails the person is told, and can try again. */
  async function change({ id, name }: AttachmentView, what: string, work: (session: string) => Promise<void>) {
    const session = toValue(sessionId)
    const failure = `${nameInSentence(name)} could not be ${what}. Try it again.`
    try {
      await work(session)
      notices.withdraw(session, ({ about, text }) => about === id && text === failure)
    }
    catch (error) {
      if (error instanceof FileRejectedError || error instanceof MissingPartError)
        return void notices.tell(session, error.message, 'danger', { about: id })
      console.error(error)
      notices.tell(session, failure, 'danger', { about: id })
    }
  }

  /** Together, so that they come back together. */
  async function remove(...views: AttachmentView[]): Promise<void> {
    const removed: { name: string, undo: () => Promise<void> }[] = []
    for (const view of views) {
      await change(view, 'removed from this device', async (session) => {
        const undo = await data.removeAttachment(session, view.id)
        if (undo)
          removed.push({ name: view.name, undo })
      })
    }
    const [first] = removed
    if (first)
      offer(`${removed.length === 1 ? nameInSentence(first.name) : `${removed.length} files`} removed.`, () => inTurn(removed.map(({ undo }) => undo)))
  }

  const removeMetadata = (view: AttachmentView) =>
    change(view, 'freed of its position', session => data.removeMetadata(session, view.id))

  const reduce = (view: AttachmentView) =>
    change(view, 'made smaller', session => data.reduceAttachment(session, view.id))

  /** A text was read wrongly: what was told of how it was read is answered. */
  const readAs = (view: AttachmentView, encoding: Encoding) =>
    change(view, 'read in another way', async (session) => {
      await data.readAs(session, view.id, encoding)
      if (view.reading)
        notices.withdraw(session, ({ text }) => text === readingNotice(view))
    })

  return { attachments, preparing, remark, add, remove, removeMetadata, reduce, readAs, open: data.openAttachment, means: { data, offer, notices } }
}

async function inTurn(works: readonly (() => Promise<void>)[]) {
  for (const work of works)
    await work()
}
