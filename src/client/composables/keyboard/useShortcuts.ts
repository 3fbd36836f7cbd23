import { onScopeDispose } from 'vue'
import { takesText, targetOf } from '../../utils/input/editable.ts'
import { shortcutOf, type Shortcut } from './shortcuts.ts'

/** What each shortcut does; false where there was nothing to do, and the key is the browser's. */
export type ShortcutActions = Record<Exclude<Shortcut['id'], 'new'>, () => boolean>

/** Keys that work wherever one is. What lies over the page has its keys to itself. */
export function useShortcuts(actions: ShortcutActions): void {
  function onKeydown(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing || isCovered())
      return
    const writesText = takesText(targetOf(event))
    const pressed = shortcutOf(event, writesText)
    if (pressed && pressed.id !== 'new' && actions[pressed.id]())
      return event.preventDefault()
    if (!pressed && isWriting(event) && !hasFocus())
      actions.write() // before the letter is put where the focus is
  }

  document.addEventListener('keydown', onKeydown)
  onScopeDispose(() => document.removeEventListener('keydown', onKeydown))
}

const isCovered = () => document.querySelector('dialog[open], [role=menu]:popover-open') !== null

const hasFocus = () => document.activeElement !== null && document.activeElement !== document.body

/** A letter, and no blank: that scrolls. */
const isWriting = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) =>
  [...key].length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey
