import { shallowReactive } from 'vue'
import type { DraftMessage, DraftRevision } from '../../utils/storage/draftSchema.ts'

/** The drafts of all sessions as this tab shows them. */
export function createShownDrafts() {
  const messages = shallowReactive(new Map<string, DraftMessage>())
  /** When each draft was last changed, in milliseconds since the epoch, as far as it is known. */
  const changed = shallowReactive(new Map<string, number>())
  /** Sessions whose text was changed here since it was saved. */
  const dirty = shallowReactive(new Set<string>())

  const textOf = (sessionId: string): string => messages.get(sessionId)?.message ?? ''
  /** What the person has typed here since it was saved; nothing where that is so of no word. */
  const typedOf = (sessionId: string): string => dirty.has(sessionId) ? textOf(sessionId) : ''

  function merge(sessionId: string, changes: DraftMessage): void {
    messages.set(sessionId, { ...messages.get(sessionId), ...changes })
  }

  function noteChange(sessionId: string, { changedAt }: Pick<DraftRevision, 'changedAt'>): void {
    if (changedAt !== undefined)
      changed.set(sessionId, changedAt)
  }

  /** Whether it is an edit of a sent message, and what waits beside it. */
  function noteEdit(sessionId: string, { replaces, aside }: Pick<DraftMessage, 'replaces' | 'aside'>): void {
    const draft = messages.get(sessionId)
    if (replaces ?? aside ?? draft?.replaces ?? draft?.aside)
      merge(sessionId, { replaces, aside })
  }

  return { messages, changed, dirty, textOf, typedOf, merge, noteChange, noteEdit }
}
