import { onScopeDispose } from 'vue'
import { takesText, targetOf } from '../../utils/input/editable.ts'
import { shortcutOf, type Shortcut } from './shortcuts.ts'

/** What each shortcut does; false where there was nothing to do, and the key is the browser's. */
export type ShortcutActions = Record<Shortcut['id'], () => boolean>

/**
 * Keys that work wherever one is. What lies over the page has its keys to itself; whether there is such a thing is
 * looked for only with a key that would do something: it takes milliseconds beside thousands of messages.
 */
export function useShortcuts(actions: ShortcutActions): void {
  function onKeydown(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing)
      return
    const pressed = shortcutOf(event, takesText(targetOf(event)))
    if (pressed)
      return void (!isCovered() && actions[pressed.id]() && event.preventDefault())
    if (isWriting(event) && !hasFocus() && !isCovered())
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
