import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { DEFAULT_PROJECT } from '../../shared/defaults.ts'
import { media } from '../workers/media.ts'
import { useDataStore } from './data.ts'
import { useDraftsStore } from './drafts.ts'
import { useLocalSessionsStore } from './localSessions.ts'
import { useOutboxStore } from './outbox.ts'
import { useSessionsStore } from './sessions.ts'
import { useTabsStore } from './tabs/tabs.ts'

/** Something that the server does not have yet: a session's draft, or a message on its way. */
export interface UnsentEntry {
  kind: 'draft' | 'aside' | 'message'
  /** The session's id of a draft, the message's own of a message. */
  id: string
  sessionId: string
  title: string
  text: string
  mediaIds: readonly string[]
  /** A sent message that is being edited: sent, it takes the place of that one. */
  isEdit?: boolean
  /** Names of files that were not attached to it, and that the person was told of. */
  refused: readonly string[]
  /** Milliseconds since the epoch, as far as it is known. */
  changedAt?: number
}

type ImportReport = Awaited<ReturnType<typeof media.continueImport>>

/** It holds something to be sent, and not only word of what was not attached. */
export const isSendable = ({ text, mediaIds }: Pick<UnsentEntry, 'text' | 'mediaIds'>): boolean => text.trim() !== '' || mediaIds.length > 0

/** Everything of all sessions that is not sent, and how it goes to another device and comes from there. */
export const useUnsentStore = defineStore('unsent', () => {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()
  const tabs = useTabsStore()

  /** How much of a file is imported, 0 to 1; undefined while none is. It goes on wherever the person goes meanwhile. */
  const importing = shallowRef<number>()

  /** The newest first. */
  const entries = computed<UnsentEntry[]>(() => {
    const unsent = sessions.entries.filter(({ hasDraft }) => hasDraft).map(({ id }) => ofDraft(id))
    return [...unsent, ...unsent.flatMap(ofAside), ...outbox.messages.map(ofMessage)].sort((a, b) => (b.changedAt ?? 0) - (a.changedAt ?? 0))
  })
  function ofDraft(sessionId: string): UnsentEntry {
    const isShown = data.countOf(sessionId) !== undefined
    const mediaIds = isShown ? data.attachmentsOf(sessionId).map(({ id }) => id) : drafts.messages.get(sessionId)?.mediaIds ?? []
    return {
      kind: 'draft', id: sessionId, sessionId, mediaIds, refused: (drafts.messages.get(sessionId)?.refused ?? []).map(({ name }) => name), title: sessions.titleOf(sessionId), text: drafts.textOf(sessionId), isEdit: drafts.messages.get(sessionId)?.replaces !== undefined,
      changedAt: drafts.changed.get(sessionId) ?? local.sessions.get(sessionId)?.createdAt,
    }
  }

  /** What was being written when a message was opened to be edited. */
  function ofAside({ sessionId, title, changedAt }: UnsentEntry): UnsentEntry[] {
    const aside = drafts.messages.get(sessionId)?.aside
    return aside ? [{ kind: 'aside', id: `${sessionId} aside`, sessionId, title, changedAt, text: aside.message ?? '', mediaIds: aside.mediaIds ?? [], refused: [] }] : []
  }

  function ofMessage({ id, sessionId, text, mediaIds, createdAt }: (typeof outbox.messages)[number]): UnsentEntry {
    return { kind: 'message', id, sessionId, mediaIds, refused: [], title: sessions.titleOf(sessionId), text, changedAt: createdAt }
  }

  /** What the device holds, whatever this tab has heard of. */
  async function refresh(): Promise<void> {
    await Promise.all([
      drafts.readSessions().catch((error: unknown) => console.warn('The drafts on this device could not be read.', error)),
      outbox.refresh(),
    ])
  }

  /** An edit is of no use elsewhere: what it would take the place of is not there. */
  const sendable = computed(() => entries.value.filter(entry => !entry.isEdit && isSendable(entry)))

  /** One file of all that can be sent. */
  function exportAll() {
    return media.exportDrafts(sendable.value.map(({ kind, id, sessionId, text, mediaIds, changedAt }) => {
      const projectId = local.sessions.get(sessionId)?.projectId ?? DEFAULT_PROJECT
      const unsent = { sessionId, projectId, title: sessions.givenTitleOf(sessionId), text, mediaIds: [...mediaIds] }
      return kind === 'message' ? { kind, id, createdAt: changedAt ?? Date.now(), ...unsent } : { kind: 'draft', ...unsent }
    }))
  }

  /**
   * Takes over what another device has exported.
   * @param onProgress told after each part; whatever goes wrong afterwards, that much is on the device
   * @throws FileRejectedError where it is no such file
   */
  async function importFile(file: File, onProgress: (report: ImportReport) => void): Promise<void> {
    let touched: string[] = []
    importing.value = 0
    try {
      await Promise.all([...drafts.dirty].map(drafts.whenSaved))
      const id = await media.beginImport(file)
      for (let done = false; !done;) {
        const report = await media.continueImport(id)
        touched = report.drafts
        done = report.done
        importing.value = file.size ? report.read / file.size : 1
        onProgress(report)
      }
    }
    finally {
      try {
        await show(touched)
      }
      finally {
        importing.value = undefined
      }
    }
  }

  async function show(sessionIds: readonly string[]) {
    for (const sessionId of sessionIds) {
      await drafts.restored(sessionId)
      await data.reload(sessionId)
    }
    await refresh()
    tabs.tell({ about: 'sessions' })
    tabs.tell({ about: 'outbox' })
  }

  /** Removes from the device what nothing refers to any more. */
  async function removeOrphans(): Promise<void> {
    await media.removeOrphans().catch((error: unknown) => console.warn('What is left over on this device could not be removed; it will be tried again.', error))
  }

  return { entries, sendable, importing, refresh, exportAll, importFile, removeOrphans }
})
