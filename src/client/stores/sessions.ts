import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import type { AgentChoice, UsageSum } from '../../shared/protocol/agent.ts'
import type { Session } from '../../shared/protocol/session.ts'
import { sessionTitle, UNTITLED } from '../../shared/titles.ts'
import { renameSession } from '../utils/network/api.ts'
import { computedById } from './computedById.ts'
import type { DraftMessage } from '../utils/storage/draftSchema.ts'
import { useDeletionsStore } from './sessions/deletions.ts'
import { createKnownSessions } from './sessions/knownSessions.ts'
import { isSameEntry, type SessionEntry } from './sessions/sessionEntry.ts'
import { useDataStore } from './data.ts'
import { useDraftsStore } from './drafts.ts'
import { useFileNamesStore } from './fileNames.ts'
import { useGoneSessionsStore } from './goneSessions.ts'
import { useLocalSessionsStore } from './localSessions.ts'
import { useOutboxStore } from './outbox.ts'
import { useServerClockStore } from './serverClock.ts'

/** It has no words and no files, but what waits beside an edit, or word of files that were not attached. */
const isKept = ({ refused, aside }: DraftMessage = {}) => Boolean(refused?.length ?? aside)

/** The sessions: those the server told of, and those that are still drafts. */
export const useSessionsStore = defineStore('sessions', () => {
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const data = useDataStore()
  const outbox = useOutboxStore()
  const fileNames = useFileNamesStore()
  const clock = useServerClockStore()
  const server = createKnownSessions(useGoneSessionsStore())
  const { known, put, update } = server
  const { isHidden } = useDeletionsStore()

  /** Whether only this browser knows it. */
  const isLocal = (id: string) => !known.has(id)

  // By session: the list is long, and a key that is pressed changes one of them, mostly not even that.
  const hasDraft = computedById((id) => {
    const draft = drafts.messages.get(id)
    return Boolean(draft?.message?.trim() || (data.countOf(id) ?? draft?.mediaIds?.length)) || isKept(draft)
  })
  const entryOf = computedById((id) => {
    const session = known.get(id)
    return session ? knownEntry(session) : localEntry(id)
  }, isSameEntry)

  const entries = computed<SessionEntry[]>(() => {
    const withDraft = [...drafts.messages.keys()].filter(hasDraft)
    const ids = new Set([...local.sessions.keys(), ...withDraft, ...known.keys()])
    return [...ids].filter(id => !isHidden(id)).map(entryOf).sort((a, b) => b.updatedAt - a.updatedAt)
  })

  /** Sessions in which the agent waits for the person. */
  const askingCount = computed(() => [...known.values()].filter(({ asking }) => asking).length)

  function localEntry(id: string): SessionEntry {
    const updatedAt = clock.toServer(local.sessions.get(id)?.createdAt ?? drafts.changed.get(id) ?? 0)
    return { id, title: titleOf(id), hasDraft: hasDraft(id), local: true, running: false, asking: false, updatedAt }
  }

  function knownEntry({ id, running, waiting, unsaved, asking, updatedAt, pinned = false, archived = false, unread = false }: Session): SessionEntry {
    return { id, title: titleOf(id), hasDraft: hasDraft(id), local: false, running, waiting, unsaved, asking, pinned, archived, unread, updatedAt: Date.parse(updatedAt) }
  }

  /** The same wherever the session is named; until somebody names it, as its first message will name it. */
  function titleOf(id: string): string {
    const given = givenTitleOf(id)
    if (given)
      return sessionTitle({ given })
    const [sent] = outbox.ofSession(id)
    return sent
      ? sessionTitle({ text: sent.text, filename: outbox.attachmentsOf(sent.id)[0]?.name })
      : sessionTitle({ text: drafts.textOf(id), filename: firstFileOf(id) })
  }

  /** Nothing was said yet in a session that the server knows without a title. */
  function givenTitleOf(id: string): string | undefined {
    const { title, lastMessage } = known.get(id) ?? {}
    return title && (title !== UNTITLED || lastMessage) ? title : ownTitleOf(id)
  }

  /** It is called after what only this device holds. */
  const isUnsent = (id: string): boolean => isLocal(id) || !givenTitleOf(id)

  const firstFileOf = (id: string): string | undefined => data.countOf(id) === undefined
    ? fileNames.nameOf(firstStoredOf(id))
    : data.attachmentsOf(id)[0]?.name

  const firstStoredOf = (id: string): string | undefined => drafts.messages.get(id)?.mediaIds?.[0]

  /** The first file of a draft that this tab has not opened, and that is called after it. */
  const unknownFileOf = computedById(id => data.countOf(id) === undefined && !drafts.textOf(id).trim() ? firstStoredOf(id) : undefined)

  watch(() => [...drafts.messages.keys()].flatMap(id => unknownFileOf(id) ?? []), ids => void fileNames.learn(ids), { immediate: true })

  /** The title a person gave to a session that is still a draft. */
  function ownTitleOf(id: string): string | undefined {
    return local.sessions.get(id)?.title
      ?? drafts.messages.get(id)?.title // where version 1 kept it
  }

  /** By the server's clock: when its newest message was stored, as far as this tab knows. */
  const updatedAtOf = (id: string): string | undefined => known.get(id)?.updatedAt

  /** Images and PDF pages that the conversation holds already. */
  const mediaCountOf = (id: string): number => known.get(id)?.mediaCount ?? 0

  /** The server cannot save now what happens in it, and tries again by itself. */
  const isUnsaved = (id: string): boolean => known.get(id)?.unsaved === true

  /** Who answered it last, and what its answers took. */
  const choiceOf = (id: string): AgentChoice => ({ model: known.get(id)?.model ?? null, effort: known.get(id)?.effort ?? null })
  const usageOf = (id: string): UsageSum | null => known.get(id)?.usage ?? null

  /** A draft whose first message was accepted, until the server tells of it itself. */
  function adopt(id: string, createdAt: string): void {
    if (!known.has(id))
      put({ id, projectId: DEFAULT_PROJECT, title: titleOf(id), createdAt, updatedAt: createdAt, running: false, asking: false, model: null, effort: null, usage: null, mediaCount: 0, attachmentCount: 0, lastMessage: null, pinned: false, archived: false, unread: false })
  }

  /** One that nothing was said, written or attached in yet, and that nobody named: it is as good as a new one. */
  const isEmpty = (id: string): boolean => isLocal(id) && local.sessions.has(id)
    && !hasDraft(id) && !ownTitleOf(id) && drafts.conflictingTextOf(id) === undefined && !outbox.ofSession(id).length

  const findEmpty = (): string | undefined => [...local.sessions.keys()].find(isEmpty)

  /** A new session, or an empty one as if it were new: the first in the list, whatever the clock of this device says. */
  async function begin(id: string): Promise<void> {
    const newest = Math.max(...entries.value.filter(entry => entry.id !== id).map(({ updatedAt }) => updatedAt))
    await local.add(id, Math.max(Date.now(), Math.ceil(clock.toDevice(newest)) + 1))
  }

  /** A draft's title is kept with its draft; the server hears of it with the first message. */
  async function rename(id: string, title: string): Promise<void> {
    if (isLocal(id))
      await local.rename(id, title)
    else
      update(await renameSession(id, title))
  }

  return {
    entries, askingCount, hasDraft, isUnsent, isEmpty, findEmpty, begin, titleOf, updatedAtOf, givenTitleOf, ownTitleOf, mediaCountOf, isUnsaved, choiceOf, usageOf, isLocal, adopt, rename,
    loaded: server.loaded, load: server.load, update, marked: server.marked, mark: server.mark, remove: server.remove,
  }
})
