import { shallowRef } from 'vue'
import { saveDraftText } from '../../utils/storage/textStorage.ts'
import { createSaveSoon } from '../../utils/timing/saveSoon.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import type { DraftEditors } from './draftEditors.ts'
import type { ReadingDrafts } from './readingDrafts.ts'

export type SavingDrafts = ReturnType<typeof createSavingDrafts>

const UNREADABLE = 'The drafts on this device cannot be read, and what you write is not being saved: its storage is switched off or damaged. Reload the page to try again.'
const UNSAVED = 'What you write is not being saved on this device: its storage is full or switched off. Send it or copy it before you close this tab.'

/** How what is typed comes onto the device: soon, and at once where the page may be going. */
export function createSavingDrafts({ shown, queue, editorOf, remember, forgetAll }: DraftEditors, { ready, loaded, load }: ReadingDrafts) {
  const tabs = useTabsStore()
  /** Why the last save of a text failed; undefined while all is well. */
  const saveProblem = shallowRef<string>()
  const saving = createSaveSoon(saveText)

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

  function setText(sessionId: string, message: string): void {
    shown.merge(sessionId, { message })
    shown.dirty.add(sessionId)
    saving.soon(sessionId)
  }

  /** Never rejects. @returns false where it could not be saved */
  function saveText(sessionId: string): Promise<boolean> {
    const editor = editorOf(sessionId)
    const handOvers = editor.handOvers()
    return queue.run(sessionId, async () => {
      if (editor.handOvers() !== handOvers || !shown.dirty.has(sessionId))
        return true
      try {
        if (!ready.value) // saving now would replace a text that has not been read yet
          await load()
        const text = shown.textOf(sessionId)
        await editor.revising(revision => save(sessionId, text, revision))
        if (shown.textOf(sessionId) === text && editor.handOvers() === handOvers)
          saved(sessionId)
        saveProblem.value = undefined
        tabs.tell({ about: 'text', sessionId })
        return true
      }
      catch (error) {
        console.warn('The text could not be saved on this device.', error)
        saveProblem.value = UNSAVED
        return false
      }
    })
  }

  async function save(sessionId: string, text: string, revision: string) {
    const editor = editorOf(sessionId)
    if (editor.kept().length) // it may go on from this revision, too
      editor.keep(text, true)
    remember(sessionId, await saveDraftText(sessionId, text, { tab: tabs.id, base: editor.base(), revision, taken: editor.kept() }))
  }

  /** The device holds what this tab shows. */
  function saved(sessionId: string): void {
    shown.dirty.delete(sessionId)
    editorOf(sessionId).drop()
  }

  /** The device holds none of them any more: every text that this tab shows is written anew. */
  async function saveAllAgain(): Promise<void> {
    forgetAll()
    const texts = [...shown.messages].filter(([, { message }]) => message)
    for (const [sessionId, { message = '' }] of texts)
      setText(sessionId, message)
    await Promise.all(texts.map(([sessionId]) => whenSaved(sessionId)))
  }

  /**
   * Keeps what was typed in the journal until it is saved: a page that goes takes a transaction with it.
   * @param replaces ids of what the journal holds of the same words
   */
  function keep(sessionId: string, replaces?: readonly string[]): void {
    if (shown.dirty.has(sessionId))
      editorOf(sessionId).keep(shown.textOf(sessionId), ready.value, replaces)
  }

  /** All that is not saved yet, now: the page may be going. */
  function flush(): void {
    shown.dirty.forEach(sessionId => keep(sessionId))
    saving.flush()
  }

  /** Everything typed so far is on the device, or it is known that it cannot be. */
  async function whenSaved(sessionId: string): Promise<void> {
    if (shown.dirty.has(sessionId))
      await saving.now(sessionId)
  }

  return { saveProblem, start, setText, saved, cancel: saving.cancel, saveAllAgain, keep, flush, whenSaved }
}
