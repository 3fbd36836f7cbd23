import { computed, onScopeDispose, shallowReadonly, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'

/** Where a draft is: `saved` on this device, being saved, or in this tab only; `incomplete`: the browser has removed some of its files. */
export type DraftState = 'saving' | 'saved' | 'tab-only' | 'incomplete'

/** Milliseconds without a key after which it is said that all is saved. */
const QUIET = 300

/** How safe one session's draft is; undefined while there is none. Each letter is saved by itself: the tick does not come and go with it. */
export function useDraftState(sessionId: MaybeRefOrGetter<string>) {
  const stateOf = useDraftStates()
  const state = computed(() => stateOf(toValue(sessionId)))
  const shown = shallowRef(state.value)
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(state, (now) => {
    clearTimeout(timer)
    if (now === 'saved' && shown.value === 'saving')
      timer = setTimeout(() => { shown.value = now }, QUIET)
    else
      shown.value = now
  })
  onScopeDispose(() => clearTimeout(timer))
  return shallowReadonly(shown)
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
    return dirty || attachments.some(({ state, safe }) => state === 'preparing' && !safe) ? 'saving' : 'saved'
  }
}
