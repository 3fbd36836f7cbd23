/** The element that an event is really about, also inside a component of its own. */
export function targetOf(event: Event): Element | undefined {
  const [target] = event.composedPath()
  if (target instanceof Element)
    return target
  return target instanceof Node ? target.parentElement ?? undefined : undefined
}

const TEXT_FIELDS = 'textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file], [type=range], [type=color]), [contenteditable]:not([contenteditable=false])'

/** Whether text that is typed or pasted there becomes part of it. */
export const takesText = (element: Element | undefined): boolean => Boolean(element?.closest(TEXT_FIELDS))

/** As if it were typed at the caret, so that the browser's own Undo knows of it. */
export function insertText(field: HTMLTextAreaElement, text: string): void {
  const before = field.value
  field.focus()
  if (document.activeElement === field)
    document.execCommand?.('insertText', false, text)
  if (field.value !== before)
    return
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end') // it is behind a dialog, for example
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
