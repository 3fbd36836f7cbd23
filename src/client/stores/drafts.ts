import { defineStore } from 'pinia'
import { resolveDraftConflict } from '../utils/storage/textStorage.ts'
import { createDraftEditors } from './drafts/draftEditors.ts'
import { createHandingOver } from './drafts/handingOver.ts'
import { createReadingDrafts } from './drafts/readingDrafts.ts'
import { createSavingDrafts } from './drafts/savingDrafts.ts'
import { useLocalSessionsStore } from './localSessions.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** The drafts' texts, the same in all tabs of this browser. */
export const useDraftsStore = defineStore('drafts', () => {
  const tabs = useTabsStore()
  const local = useLocalSessionsStore()
  const editors = createDraftEditors(tabs.id)
  const reading = createReadingDrafts(editors, local)
  const saving = createSavingDrafts(editors, reading)
  const { handOver, showStored, dropMessage } = createHandingOver(editors, reading, saving)
  const { shown, editorOf, queue, remember } = editors

  /** What it was attached to is still here. */
  function loseFiles(sessionId: string): void {
    shown.merge(sessionId, { mediaIds: [] })
  }

  /**
   * Another text of this draft, which was written in another tab at the same time; undefined where there is none.
   * A person decides with `resolveConflict`; until then both are kept.
   */
  function conflictingTextOf(sessionId: string): string | undefined {
    const other = editorOf(sessionId).conflicting()
    return other && other.text !== shown.textOf(sessionId) ? other.text : undefined
  }

  /** What the draft's text shall be, of two that conflict. */
  async function resolveConflict(sessionId: string, text: string): Promise<void> {
    const editor = editorOf(sessionId)
    saving.cancel(sessionId)
    shown.merge(sessionId, { message: text })
    await queue.run(sessionId, async () => {
      remember(sessionId, await resolveDraftConflict(sessionId, text, editor.conflicting()?.tab ?? tabs.id))
      if (shown.textOf(sessionId) === text)
        saving.saved(sessionId)
    })
    tabs.tell({ about: 'text', sessionId })
  }

  /** The draft was taken from the device; here it goes as well. */
  function forget(sessionId: string, keepSession: boolean): void {
    saving.cancel(sessionId)
    saving.saved(sessionId)
    shown.messages.delete(sessionId)
    editorOf(sessionId).forget()
    if (!keepSession)
      local.remove(sessionId)
    reading.rereadSoon(sessionId) // its revision is another one now
    tabs.tell({ about: 'text', sessionId })
    tabs.tell({ about: 'sessions' })
  }

  /** It was put back on the device; here it comes back as well. */
  async function restored(sessionId: string): Promise<void> {
    await saving.whenSaved(sessionId)
    await reading.reread(sessionId)
    await reading.readSessions()
    tabs.tell({ about: 'text', sessionId })
    tabs.tell({ about: 'sessions' })
  }

  /** Work that gives the device another text, and shows it: what is typed meanwhile goes on from that. */
  const inTurn = <Result>(sessionId: string, work: () => Promise<Result>): Promise<Result> => queue.run(sessionId, work)

  return {
    messages: shown.messages, changed: shown.changed, dirty: shown.dirty, textOf: shown.textOf,
    ready: reading.ready, loaded: reading.loaded, obstacle: reading.obstacle, takenOver: reading.takenOver, readSessions: reading.readSessions,
    saveProblem: saving.saveProblem, start: saving.start, setText: saving.setText, whenSaved: saving.whenSaved, keep: saving.keep,
    flush: saving.flush, saveAllAgain: saving.saveAllAgain,
    conflictingTextOf, resolveConflict, loseFiles, handOver, inTurn, showStored, dropMessage, forget, restored,
  }
})
