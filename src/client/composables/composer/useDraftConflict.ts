import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useNoticesStore } from '../../stores/notices.ts'

/** One session's draft that was changed in two tabs at the same time: nobody is overwritten, a person decides. */
export function useDraftConflict(sessionId: MaybeRefOrGetter<string>) {
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  const theirs = computed(() => drafts.conflictingTextOf(toValue(sessionId)))

  async function resolve(keep: 'mine' | 'theirs' | 'both'): Promise<void> {
    const session = toValue(sessionId)
    const mine = drafts.textOf(session)
    const other = theirs.value ?? ''
    const text = { mine, theirs: other, both: `${mine}\n\n${other}` }[keep]
    try {
      await drafts.resolveConflict(session, text)
    }
    catch (error) {
      console.error(error)
      notices.tell(session, `That could not be saved on this device: ${(error as Error).message}. Both texts are still there.`)
    }
  }

  return { theirs, resolve }
}
