import { shallowRef } from 'vue'
import { ownText } from '../../utils/storage/conflictingTexts.ts'
import { onStorageObstacle, type StorageObstacle } from '../../utils/storage/draftDatabase.ts'
import { takeOverJournal } from '../../utils/storage/journal/journalStorage.ts'
import { editOf, getAllDrafts, getDraftText, type AllDrafts } from '../../utils/storage/textStorage.ts'
import { joinTexts } from '../../utils/text/joinTexts.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import type { DraftEditors } from './draftEditors.ts'

/** The sessions that exist only on this device, which are read along. */
interface LocalSessions {
  join: (found: AllDrafts['sessions']) => void
  show: (found: AllDrafts['sessions']) => void
}

export type ReadingDrafts = ReturnType<typeof createReadingDrafts>

/** How the texts of the drafts come from the device: all of them once, and each again when another tab has changed it. */
export function createReadingDrafts({ shown, editorOf, remember, queue }: DraftEditors, local: LocalSessions) {
  const tabs = useTabsStore()
  /** The stored texts are here: what is saved from now on replaces nothing unread. */
  const ready = shallowRef(false)
  /** `ready`, or it is known that it will take a person's help. */
  const loaded = shallowRef(false)
  const obstacle = shallowRef<StorageObstacle>()
  /** How many sessions went on from what an earlier page had left in the journal: there may be messages among it. */
  const takenOver = shallowRef(0)

  onStorageObstacle((met) => {
    obstacle.value = met
    loaded.value ||= met !== undefined
  })
  tabs.listen((news) => {
    if (news.about === 'sessions')
      void readSessions().catch(logUnread)
    if (news.about === 'text' || news.about === 'files')
      rereadSoon(news.sessionId)
  })

  /** Texts only, of all sessions. What was typed meanwhile is kept, after what was there. */
  async function load(): Promise<void> {
    tellTakenOver(await takeOverJournal(tabs.id))
    const found = await getAllDrafts()
    if (ready.value)
      return
    show(found)
    ready.value = true
    for (const sessionId of shown.dirty) {
      if (editorOf(sessionId).kept().length) // with what it stands after
        editorOf(sessionId).keep(shown.textOf(sessionId), true)
    }
  }

  function tellTakenOver(sessionIds: ReadonlySet<string>) {
    if (!sessionIds.size)
      return
    takenOver.value += sessionIds.size
    for (const sessionId of sessionIds) {
      tabs.tell({ about: 'text', sessionId })
      tabs.tell({ about: 'files', sessionId })
    }
    tabs.tell({ about: 'outbox' })
  }

  function show(found: AllDrafts) {
    for (const [sessionId, draft] of found.messages) {
      const text = { message: draft.message ?? '', mediaIds: draft.mediaIds ?? [], ...editOf(draft), ...found.revisions.get(sessionId) }
      shown.messages.set(sessionId, { ...draft, message: joinTexts(text.message, shown.typedOf(sessionId)) })
      remember(sessionId, text)
    }
    for (const [sessionId, revision] of found.revisions) { // also of drafts that were emptied
      editorOf(sessionId).goOnFrom(revision.revision)
      shown.noteChange(sessionId, revision)
    }
    local.join(found.sessions)
  }

  /** Everything but the texts, which other tabs tell of one by one; the sessions that exist only here as well. */
  async function readSessions(): Promise<void> {
    const { sessions, messages, revisions } = await getAllDrafts()
    for (const [sessionId, revision] of revisions)
      shown.noteChange(sessionId, revision)
    local.show(sessions)
    messages.forEach(({ title, mediaIds, replaces, aside }, id) => shown.merge(id, { title, mediaIds, replaces, aside }))
  }

  /** Another tab has changed it: shown here, unless something was typed here meanwhile; saving that will tell. */
  const reread = (sessionId: string): Promise<void> => queue.run(sessionId, async () => {
    if (!ready.value)
      return
    const text = await getDraftText(sessionId)
    shown.merge(sessionId, { mediaIds: text.mediaIds })
    if (shown.dirty.has(sessionId))
      return
    remember(sessionId, text)
    shown.merge(sessionId, { message: ownText(text, tabs.id) })
  })

  function rereadSoon(sessionId: string): void {
    void reread(sessionId).catch(logUnread)
  }

  return { ready, loaded, obstacle, takenOver, load, readSessions, reread, rereadSoon }
}

function logUnread(error: unknown) {
  console.warn('What another tab changed could not be read.', error)
}
