import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'

/** Where a draft is: `saved` on this device, being saved, or in this tab only; `incomplete`: the browser has removed some of its files. */
export type DraftState = 'saving' | 'saved' | 'tab-only' | 'incomplete'

/** How safe one session's draft is; undefined while there is none. */
export function useDraftState(sessionId: MaybeRefOrGetter<string>) {
  const stateOf = useDraftStates()
  return computed(() => stateOf(toValue(sessionId)))
}

/** How safe the draft of any session is, as far as this tab has shown or changed it. */
export function useDraftStates() {
  const data = useDataStore()
  const drafts = useDraftsStore()

  return (session: string): DraftState | undefined => {
    const attachments = data.attachmentsOf(session)
    const dirty = drafts.dirty.has(session)
    if (!attachments.length && !drafts.textOf(session) && !dirty)
      return undefined
    if (attachments.some(({ state }) => state === 'gone'))
      return 'incomplete'
    if (attachments.some(({ state }) => state === 'tab-only') || dirty && drafts.saveProblem)
      return 'tab-only'
    return dirty || attachments.some(({ state }) => state === 'preparing') ? 'saving' : 'saved'
  }
}
