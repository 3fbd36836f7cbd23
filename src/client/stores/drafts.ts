import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import { createKeyedQueue } from '../../shared/keyedQueue.ts'
import { dropFromJournal, writeJournal, type JournalEntry } from '../utils/device/unloadJournal.ts'
import { joinTexts } from '../utils/text/joinTexts.ts'
import { createSaveSoon } from '../utils/timing/saveSoon.ts'
import { onStorageObstacle, type StorageObstacle } from '../utils/storage/draftDatabase.ts'
import type { DraftMessage, DraftRevision } from '../utils/storage/draftSchema.ts'
import { getAllDrafts, getDraftText, saveDraftText, resolveDraftConflict, type DraftText } from '../utils/storage/textStorage.ts'
import { takeOverJournal } from '../utils/storage/journalStorage.ts'
import { isInConflict, conflictingText, ownText } from '../utils/storage/conflictingTexts.ts'
import { useLocalSessionsStore } from './localSessions.ts'
import { useTabsStore } from './tabs/tabs.ts'

const UNREADABLE = 'The drafts on this device cannot be read, and what you write is not being saved: its storage is switched off or damaged. Reload the page to try again.'
const UNSAVED = 'What you write is not being saved on this device: its storage is full or switched off. Send it or copy it before you close this tab.'

/** The drafts' texts, the same in all tabs of this browser. */
export const useDraftsStore = defineStore('drafts', () => {
  const tabs = useTabsStore()
  const local = useLocalSessionsStore()
  /** As this tab shows them. */
  const messages = shallowReactive(new Map<string, DraftMessage>())
  /** As the device holds them, as far as this tab knows. */
  const stored = shallowReactive(new Map<string, DraftText>())
  /** The stored texts are here: what is saved from now on replaces nothing unread. */
  const ready = shallowRef(false)
  /** `ready`, or it is known that it will take a person's help. */
  const loaded = shallowRef(false)
  const obstacle = shallowRef<StorageObstacle>()
  /** Why the last save of a text failed; undefined while all is well. */
  const saveProblem = shallowRef<string>()
  /** When each draft was last changed, in milliseconds since the epoch, as far as it is known. */
  const changed = shallowReactive(new Map<string, number>())
  /** Sessions whose text was changed here since it was saved. */
  const unsaved = shallowReactive(new Set<string>())
  /** The revision that a session's text in this tab began from. */
  const bases = new Map<string, string | undefined>()
  /** Reads and writes of one draft's text: each knows the revision that the one before left. */
  const queue = createKeyedQueue()

  onStorageObstacle((met) => {
    obstacle.value = met
    loaded.value ||= met !== undefined
  })
  tabs.listen((news) => {
    if (news.about === 'sessions')
      void readSessions().catch(logUnread)
    if (news.about === 'text' || news.about === 'files')
      void queue.run(news.sessionId, () => reread(news.sessionId)).catch(logUnread)
  })

  const saving = createSaveSoon(sessionId => void saveText(sessionId))
  const textOf = (sessionId: string) => messages.get(sessionId)?.message ?? ''

  function merge(sessionId: string, changes: DraftMessage) {
    messages.set(sessionId, { ...messages.get(sessionId), ...changes })
  }

  /** At the start of the app. Without storage it starts all the same, and says so. */
  async function start(): Promise<void> {
    try {
      await load()
    }
    catch (error) {
      console.warn('The drafts on this device could not be read.', error)
      saveProblem.value = UNREADABLE
    }
    loaded.value = true
  }

  /** Texts only, of all sessions. What was typed meanwhile is kept, after what was there. */
  async function load(): Promise<void> {
    await takeOverJournal()
    const found = await getAllDrafts()
    if (ready.value)
      return
    for (const [sessionId, draft] of found.messages) {
      const text = { message: draft.message ?? '', mediaIds: draft.mediaIds ?? [], ...found.revisions.get(sessionId) }
      const typed = unsaved.has(sessionId) ? textOf(sessionId) : ''
      messages.set(sessionId, { ...draft, message: joinTexts(text.message, typed) })
      remember(sessionId, text)
    }
    for (const [sessionId, { revision }] of found.revisions) // also of drafts that were emptied
      bases.set(sessionId, revision)
    noteChanges(found.revisions)
    local.join(found.sessions)
    ready.value = true
  }

  function noteChanges(revisions: ReadonlyMap<string, DraftRevision>) {
    for (const [sessionId, { changedAt }] of revisions)
      noteChange(sessionId, changedAt)
  }

  function noteChange(sessionId: string, changedAt: number | undefined) {
    if (changedAt !== undefined)
      changed.set(sessionId, changedAt)
  }

  /** Everything but the texts, which other tabs tell of one by one; the sessions that exist only here as well. */
  async function readSessions(): Promise<void> {
    const { sessions, messages: found, revisions } = await getAllDrafts()
    noteChanges(revisions)
    local.show(sessions)
    found.forEach(({ title, mediaIds }, id) => merge(id, { title, mediaIds }))
  }

  /** The device holds this now. Unless it keeps this tab's text apart, that text goes on from here. */
  function remember(sessionId: string, text: DraftText) {
    stored.set(sessionId, text)
    noteChange(sessionId, text.changedAt)
    if (!isInConflict(text, tabs.id))
      bases.set(sessionId, text.revision)
  }

  /** Another tab has changed it: shown here, unless something was typed here meanwhile; saving that will tell. */
  async function reread(sessionId: string) {
    if (!ready.value)
      return
    const text = await getDraftText(sessionId)
    merge(sessionId, { mediaIds: text.mediaIds })
    if (unsaved.has(sessionId))
      return
    remember(sessionId, text)
    merge(sessionId, { message: ownText(text, tabs.id) })
  }

  function setText(sessionId: string, message: string): void {
    merge(sessionId, { message })
    unsaved.add(sessionId)
    saving.soon(sessionId)
  }

  function saveText(sessionId: string): Promise<void> {
    return queue.run(sessionId, async () => {
      try {
        if (!ready.value) // saving now would replace a text that has not been read yet
          await load()
        const text = textOf(sessionId)
        remember(sessionId, await saveDraftText(sessionId, text, { tab: tabs.id, base: bases.get(sessionId) }))
        if (textOf(sessionId) === text) {
          unsaved.delete(sessionId)
          dropFromJournal({ sessionId, tab: tabs.id })
        }
        saveProblem.value = undefined
        tabs.tell({ about: 'text', sessionId })
      }
      catch (error) {
        console.warn('The text could not be saved on this device.', error)
        saveProblem.value = UNSAVED
      }
    })
  }

  /** The device holds none of them any more: every text that this tab shows is written anew. */
  async function saveAllAgain(): Promise<void> {
    stored.clear()
    bases.clear()
    const texts = [...messages].filter(([, { message }]) => message)
    for (const [sessionId, { message = '' }] of texts)
      setText(sessionId, message)
    await Promise.all(texts.map(([sessionId]) => settled(sessionId)))
  }

  /** What it was attached to is still here. */
  function loseFiles(sessionId: string): void {
    merge(sessionId, { mediaIds: [] })
  }

  /** All that is not saved yet, now: the page may be going. */
  function flush(): void {
    for (const sessionId of unsaved)
      writeJournal({ sessionId, tab: tabs.id, text: textOf(sessionId), base: bases.get(sessionId) })
    saving.flush()
  }

  /**
   * Another text of this draft, which was written in another tab at the same time; undefined where there is none.
   * A person decides with `settle`; until then both are kept.
   */
  function conflictingTextOf(sessionId: string): string | undefined {
    const other = stored.get(sessionId) && conflictingText(stored.get(sessionId)!, tabs.id)
    return other && other.text !== textOf(sessionId) ? other.text : undefined
  }

  /** What the draft's text shall be, of two that were written apart. */
  async function settle(sessionId: string, text: string): Promise<void> {
    saving.cancel(sessionId)
    merge(sessionId, { message: text })
    await queue.run(sessionId, async () => {
      const tab = conflictingText(stored.get(sessionId) ?? { message: '' }, tabs.id)?.tab ?? tabs.id
      remember(sessionId, await resolveDraftConflict(sessionId, text, tab))
      if (textOf(sessionId) === text)
        unsaved.delete(sessionId)
    })
    tabs.tell({ about: 'text', sessionId })
  }

  /**
   * Takes the text out of the composer at once, and lets `work` take it from the device.
   * Where that fails it is back, before what was typed meanwhile.
   * @param becoming the message that the draft becomes: until it is on the device, its words are in the journal
   * @param work is given the revision that the person saw, and returns what is left of the draft
   */
  async function handOver(sessionId: string, becoming: string, work: (revision: string | undefined) => Promise<DraftText>): Promise<void> {
    const text = textOf(sessionId)
    const words: JournalEntry = { sessionId, tab: tabs.id, text, base: bases.get(sessionId), becoming }
    if (text)
      writeJournal(words)
    saving.cancel(sessionId)
    unsaved.delete(sessionId)
    merge(sessionId, { message: '', mediaIds: [] })
    try {
      await queue.run(sessionId, async () => took(sessionId, await work(bases.get(sessionId))))
    }
    catch (error) {
      setText(sessionId, joinTexts(text, textOf(sessionId)))
      throw error
    }
    finally {
      dropFromJournal(words)
    }
  }

  /** The device holds this text now, because of something done in this tab. What was typed meanwhile stays, after it. */
  function took(sessionId: string, text: DraftText): void {
    remember(sessionId, text)
    dropFromJournal({ sessionId, tab: tabs.id })
    const typed = unsaved.has(sessionId) ? textOf(sessionId) : ''
    const message = isInConflict(text, tabs.id) ? typed || ownText(text, tabs.id) : joinTexts(text.message, typed)
    merge(sessionId, { message, mediaIds: text.mediaIds })
    tabs.tell({ about: 'text', sessionId })
  }

  /** Everything typed so far is on the device, or it is known that it cannot be. */
  async function settled(sessionId: string): Promise<void> {
    if (unsaved.has(sessionId)) {
      saving.cancel(sessionId)
      await saveText(sessionId)
    }
  }

  /** The draft was taken from the device; here it goes as well. */
  function forget(sessionId: string, keepSession: boolean): void {
    saving.cancel(sessionId)
    dropFromJournal({ sessionId, tab: tabs.id })
    unsaved.delete(sessionId)
    messages.delete(sessionId)
    stored.delete(sessionId)
    if (!keepSession)
      local.remove(sessionId)
    void queue.run(sessionId, () => reread(sessionId)).catch(logUnread) // its revision is another one now
    tabs.tell({ about: 'text', sessionId })
    tabs.tell({ about: 'sessions' })
  }

  /** It was put back on the device; here it comes back as well. */
  async function restored(sessionId: string): Promise<void> {
    await settled(sessionId)
    await queue.run(sessionId, () => reread(sessionId))
    await readSessions()
    tabs.tell({ about: 'text', sessionId })
    tabs.tell({ about: 'sessions' })
  }

  return {
    messages, changed, ready, loaded, obstacle, saveProblem, unsaved, textOf, conflictingTextOf, settle, start, setText, settled,
    flush, saveAllAgain, loseFiles, handOver, took, forget, restored, readSessions,
  }
})

function logUnread(error: unknown) {
  console.warn('What another tab changed could not be read.', error)
}
