import { onScopeDispose } from 'vue'
import { takesText, targetOf } from '../../utils/input/editable.ts'
import { isUntold, readPaste, readUntoldPaste, type Given } from '../../utils/input/transfers.ts'

/** What is pasted anywhere but into a text field, and files that such a field cannot take. */
export function usePagePaste(isOn: () => boolean, give: (given: Given, how: 'pasted') => Promise<void>): void {
  function onPaste(event: ClipboardEvent) {
    if (event.defaultPrevented || !event.clipboardData || !isOn())
      return
    if (isUntold(event.clipboardData) && navigator.clipboard)
      return void readUntoldPaste().then(given => give(given, 'pasted'))
    const given = readPaste(event.clipboardData)
    if (takesText(targetOf(event)) && (given.text || !given.files.length))
      return // the field's own
    event.preventDefault()
    void give(given, 'pasted')
  }

  window.addEventListener('paste', onPaste)
  onScopeDispose(() => window.removeEventListener('paste', onPaste))
}
