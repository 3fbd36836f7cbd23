import { computed, onScopeDispose, toValue, type MaybeRefOrGetter } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'

/** The text of one session's draft; what is set is saved soon. */
export function useDraftText(sessionId: MaybeRefOrGetter<string>) {
  const drafts = useDraftsStore()
  return computed({
    get: () => drafts.textOf(toValue(sessionId)),
    set: text => drafts.setText(toValue(sessionId), text),
  })
}

/** Whatever is not saved yet is saved when the page is hidden: it may be the last that is heard of it. */
export function useDraftsSavedOnHide(): void {
  const drafts = useDraftsStore()
  const onHidden = () => document.visibilityState === 'hidden' && drafts.flush()
  document.addEventListener('visibilitychange', onHidden)
  window.addEventListener('pagehide', drafts.flush)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onHidden)
    window.removeEventListener('pagehide', drafts.flush)
  })
}
