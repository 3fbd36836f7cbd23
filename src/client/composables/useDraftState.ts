import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../stores/data.ts'
import { useDraftsStore } from '../stores/drafts.ts'

/** Where a draft is: `saved` on this device, being saved, or in this tab only. */
export type DraftState = 'saving' | 'saved' | 'tab-only'

/** How safe one session's draft is; undefined while there is none. */
export function useDraftState(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const drafts = useDraftsStore()

  return computed<DraftState | undefined>(() => {
    const session = toValue(sessionId)
    const attachments = data.attachmentsOf(session)
    const unsaved = drafts.unsaved.has(session)
    if (!attachments.length && !drafts.textOf(session) && !unsaved)
      return undefined
    if (attachments.some(({ state }) => state === 'tab-only') || unsaved && drafts.saveProblem)
      return 'tab-only'
    return unsaved || attachments.some(({ state }) => state === 'preparing') ? 'saving' : 'saved'
  })
}
