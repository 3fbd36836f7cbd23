import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import type { DraftSession } from '../utils/storage/draftSchema.ts'
import { deleteDraftSession, saveDraftSession } from '../utils/storage/textStorage.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** The sessions that exist only on this device, until the server hears of them; the same in all tabs of this browser. */
export const useLocalSessionsStore = defineStore('localSessions', () => {
  const tabs = useTabsStore()
  const sessions = shallowReactive(new Map<string, DraftSession>())

  /** At the start of the app: what was begun here meanwhile stays. */
  function join(found: ReadonlyMap<string, DraftSession>): void {
    for (const [id, session] of found)
      sessions.set(id, { ...session, ...sessions.get(id) })
  }

  /** What the device holds now, and nothing else. */
  function show(found: ReadonlyMap<string, DraftSession>): void {
    for (const id of [...sessions.keys()].filter(id => !found.has(id)))
      sessions.delete(id)
    found.forEach((session, id) => sessions.set(id, session))
  }

  /** It begins now, or again. @param createdAt milliseconds since the epoch, by this device's clock */
  async function add(id: string, createdAt = Date.now()): Promise<void> {
    const session = { projectId: DEFAULT_PROJECT, ...sessions.get(id), createdAt }
    sessions.set(id, session)
    await saveDraftSession(id, session)
    tabs.tell({ about: 'sessions' })
  }

  async function rename(id: string, title: string): Promise<void> {
    const session = { projectId: DEFAULT_PROJECT, ...sessions.get(id), title }
    await saveDraftSession(id, session)
    sessions.set(id, session)
    tabs.tell({ about: 'sessions' })
  }

  /** It was discarded, or the server knows it: it is no longer one that exists only here. */
  function remove(id: string): void {
    if (sessions.delete(id))
      tabs.tell({ about: 'sessions' })
  }

  /** The device has lost them. */
  async function saveAllAgain(): Promise<void> {
    await Promise.all([...sessions].map(([id, session]) => saveDraftSession(id, session)))
  }

  /** The server said that it was deleted: it does not begin here again. Its draft is not touched. */
  async function forget(id: string): Promise<void> {
    if (!sessions.has(id))
      return
    remove(id)
    await deleteDraftSession(id)
  }

  return { sessions, join, show, add, rename, remove, forget, saveAllAgain }
})
