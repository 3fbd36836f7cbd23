import { nextTick, onMounted, onUnmounted, watch, type Ref } from 'vue'
import { useBackToClose } from './useBackToClose.ts'

/**
 * Keeps a native `dialog` open while `isOpen` says so, modal: focus stays in it, the page behind is
 * inert, Escape closes, and Back on a phone. Afterwards the focus is where it was before, if that is still there.
 */
export function useModalDialog(
  dialog: Readonly<Ref<HTMLDialogElement | null>>,
  isOpen: () => boolean,
  opened?: () => void,
) {
  let opener: Element | null = null

  async function follow() {
    await nextTick()
    const element = dialog.value
    const open = isOpen() // now: it may have changed its mind and back within one turn
    if (!element || element.open === open)
      return
    if (open) {
      opener = document.activeElement
      element.showModal()
      opened?.()
    }
    else {
      element.close()
      restoreFocus()
    }
  }

  // The browser does so too, except where a click on a button does not focus it.
  function restoreFocus() {
    if (opener instanceof HTMLElement && opener.isConnected && document.activeElement !== opener)
      opener.focus()
    opener = null
  }

  /** As the browser does for Escape: whether it closes is the owner's to say. */
  function cancel() {
    if (dialog.value?.open && dialog.value.dispatchEvent(new Event('cancel', { cancelable: true })))
      dialog.value.close()
  }

  useBackToClose(isOpen, cancel)
  onMounted(() => watch(isOpen, follow, { immediate: true }))
  // Removed with its component it is closed by that. Closed before, with a field of its own in focus, it would leave
  // Chromium's caret in that field: the opener would have the focus, and whatever is typed would be lost.
  onUnmounted(restoreFocus)
}
