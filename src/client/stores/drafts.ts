import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import * as storage from '../utils/draftStorage.ts'
import type { DraftMessage, DraftSession, StorageObstacle } from '../utils/draftStorage.ts'
import { dropLastWords, getLastWords, keepLastWords } from '../utils/lastWords.ts'
import { createSaveSoon } from '../utils/saveSoon.ts'

/** The drafts' texts, the sessions that exist only here, and which drafts are on their way to the server. */
export const useDraftsStore = defineStore('drafts', () => {
  const messages = shallowReactive(new Map<string, DraftMessage>())
  const localSessions = shallowReactive(new Map<string, DraftSession>())
  /** The stored texts are here: what is saved from now on replaces nothing unread. */
  const ready = shallowRef(false)
  /** `ready`, or it is known that it will take a person's help. */
  const loaded = shallowRef(false)
  const obstacle = shallowRef<StorageObstacle>()
  /** Why the last save of a text failed; undefined while all is well. */
  const saveProblem = shallowRef<string>()
  const typedBeforeLoad = new Set<string>()

  storage.onStorageObstacle((met) => {
    obstacle.value = met
    loaded.value ||= met !== undefined
  })

  const saving = createSaveSoon(sessionId => void saveText(sessionId))
  const textOf = (sessionId: string) => messages.get(sessionId)?.message ?? ''
  const sendingIdOf = (sessionId: string) => messages.get(sessionId)?.messageId

  /** Drafts on their way: what has to be sent again after a reload or a reconnect. */
  const sending = computed(() => [...messages].flatMap(([sessionId, { messageId }]) => messageId ? { sessionId, messageId } : []))

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
      saveProblem.value = 'The drafts on this device cannot be read, and what you write is not being saved: its storage is switched off or damaged. Reload the page to try again.'
    }
    loaded.value = true
  }

  /** Texts only, of all sessions. What was typed meanwhile is kept, after what was there. */
  async function load(): Promise<void> {
    const found = await storage.getAllDrafts()
    if (ready.value)
      return
    const lastWords = getLastWords()
    for (const sessionId of new Set([...found.messages.keys(), ...lastWords.keys()])) {
      const draft = found.messages.get(sessionId)
      // Last words are newer than what was stored, or they would be gone.
      const stored = lastWords.get(sessionId) ?? draft?.message
      const typed = typedBeforeLoad.has(sessionId) ? textOf(sessionId) : ''
      messages.set(sessionId, { ...draft, message: [stored, typed].filter(Boolean).join('\n') })
      if (lastWords.has(sessionId))
        saving.soon(sessionId)
    }
    for (const [sessionId, session] of found.sessions)
      localSessions.set(sessionId, { ...session, ...localSessions.get(sessionId) })
    ready.value = true
    typedBeforeLoad.clear()
  }

  function setText(sessionId: string, message: string): void {
    merge(sessionId, { message })
    if (!ready.value)
      typedBeforeLoad.add(sessionId)
    saving.soon(sessionId)
  }

  async function saveText(sessionId: string) {
    try {
      if (!ready.value) // saving now would replace a text that has not been read yet
        await load()
      await storage.saveDraftMessage(sessionId, { message: textOf(sessionId) })
      dropLastWords(sessionId)
      saveProblem.value = undefined
    }
    catch (error) {
      console.warn('The text could not be saved on this device.', error)
      saveProblem.value = 'What you write is not being saved on this device: its storage is full or switched off. Send it or copy it before you close this tab.'
    }
  }

  /** All that is not saved yet, now: the page may be going. */
  function flush(): void {
    for (const sessionId of saving.due())
      keepLastWords(sessionId, textOf(sessionId))
    saving.flush()
  }

  async function addLocalSession(sessionId: string): Promise<void> {
    const session = { projectId: DEFAULT_PROJECT, createdAt: Date.now() }
    localSessions.set(sessionId, session)
    await storage.saveDraftSession(sessionId, session)
  }

  async function renameLocalSession(sessionId: string, title: string): Promise<void> {
    const session = { projectId: DEFAULT_PROJECT, ...localSessions.get(sessionId), title }
    await storage.saveDraftSession(sessionId, session)
    localSessions.set(sessionId, session)
  }

  /** From here on the draft is a message under way: the same one, however often it is sent. */
  async function beginSending(sessionId: string, messageId: string): Promise<void> {
    saving.cancel(sessionId)
    merge(sessionId, { messageId })
    await stored(storage.saveDraftMessage(sessionId, { message: textOf(sessionId), messageId }))
    dropLastWords(sessionId)
  }

  /** It was refused: text and files are a draft again, as they were. */
  async function endSending(sessionId: string): Promise<void> {
    merge(sessionId, { messageId: undefined })
    await stored(storage.saveDraftMessage(sessionId, { messageId: undefined }))
  }

  /**
   * Forgets the draft, on the device and here.
   * @param messageId only while it is the message under this id
   */
  async function forget(sessionId: string, messageId?: string): Promise<void> {
    await stored(storage.deleteDraft(sessionId, messageId))
    if (messageId && sendingIdOf(sessionId) !== messageId)
      return
    saving.cancel(sessionId)
    dropLastWords(sessionId)
    messages.delete(sessionId)
    localSessions.delete(sessionId)
  }

  return {
    messages, localSessions, ready, loaded, obstacle, saveProblem, sending, textOf, sendingIdOf, start, setText,
    flush, addLocalSession, renameLocalSession, beginSending, endSending, forget,
  }
})

/** A device without storage still sends: what could not be stored is logged, and the tab goes on with what it holds. */
async function stored(saving: Promise<unknown>) {
  try {
    await saving
  }
  catch (error) {
    console.warn('The draft could not be changed on this device.', error)
  }
}
