import { onMounted, onScopeDispose } from 'vue'

/**
 * What has the focus may go away: a button that has done its work, a notice that is over. Who works by
 * keyboard then stands nowhere, unless the owner of a list knows a neighbour (`useKeepFocus`).
 * @param lost gives the focus a place
 */
export function useFocusNotLost(lost: () => void): void {
  let focused: Element | undefined

  const onFocusin = ({ target }: FocusEvent) => { focused = target instanceof Element ? target : undefined }

  /** Left by the person, and not taken away: it is still there when whatever happens now is over. */
  function onFocusout({ target }: FocusEvent) {
    queueMicrotask(() => {
      if (target === focused && focused?.isConnected && document.activeElement !== focused)
        focused = undefined
    })
  }

  const observer = new MutationObserver(() => {
    if (!focused || focused.isConnected || (document.activeElement && document.activeElement !== document.body))
      return
    focused = undefined
    lost()
  })

  onMounted(() => {
    document.addEventListener('focusin', onFocusin)
    document.addEventListener('focusout', onFocusout)
    observer.observe(document.body, { childList: true, subtree: true })
  })
  onScopeDispose(() => {
    document.removeEventListener('focusin', onFocusin)
    document.removeEventListener('focusout', onFocusout)
    observer.disconnect()
  })
}
