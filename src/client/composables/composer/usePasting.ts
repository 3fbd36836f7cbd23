import { toValue, type MaybeRefOrGetter, type Ref } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'
import { insertText } from '../../utils/input/editable.ts'
import { readPaste, type Given } from '../../utils/input/transfers.ts'
import { useLongPaste } from './useLongPaste.ts'
import { usePasteAs } from './usePasteAs.ts'

/** What is pasted into the composer, or words given to it from anywhere on the page. */
export function usePasting(
  sessionId: MaybeRefOrGetter<string>,
  add: (files: File[]) => Promise<void>,
  field: Readonly<Ref<HTMLTextAreaElement | null>>,
) {
  const drafts = useDraftsStore()
  const longPaste = useLongPaste(sessionId, add)
  const pasteAs = usePasteAs(sessionId, add)

  /** The browser puts text into the field itself. */
  function onPaste(event: ClipboardEvent): void {
    if (!event.clipboardData)
      return
    const given = readPaste(event.clipboardData)
    if (given.text)
      return offer(given)
    if (given.files.length)
      event.preventDefault()
    void add(given.files)
  }

  function take(given: Given): void {
    if (!given.text)
      return
    offer(given)
    if (field.value)
      insertText(field.value, given.text)
  }

  function offer({ text, files }: Given) {
    longPaste.notice(text)
    const { selectionStart: start = 0, selectionEnd: end = 0 } = field.value ?? {}
    if (files.length)
      pasteAs.begin({ text, files, before: drafts.textOf(toValue(sessionId)), start, end })
  }

  return { longPaste, pasteAs, onPaste, take }
}
