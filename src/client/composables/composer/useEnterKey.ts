import { computed } from 'vue'
import { ENTER } from '../../utils/device/choices.ts'
import { keyName } from '../../utils/input/keyNames.ts'
import { useDeviceChoice } from '../ui/useDeviceChoice.ts'

/**
 * Enter in a message sends it, or breaks the line, as was chosen; Ctrl+Enter always sends, Shift+Enter never. Where there is
 * no keyboard but the one on the screen, Enter breaks the line.
 */
export function useEnterKey(send: () => void) {
  const enter = useDeviceChoice(ENTER)
  const touch = matchMedia('(pointer: coarse)')
  const sends = () => enter.value === 'sends' && !touch.matches

  function onKeydown(event: KeyboardEvent) {
    const composing = event.isComposing || event.keyCode === 229 // Safari says so only by the code
    if (event.key !== 'Enter' || event.shiftKey || composing)
      return
    if (!sends() && !event.ctrlKey && !event.metaKey)
      return
    event.preventDefault()
    if (!event.repeat)
      send()
  }

  /** What sends, for who looks at the button. */
  const sendKeys = computed(() => sends() ? 'Enter' : `${keyName('Ctrl')}+Enter`)

  return { onKeydown, sendKeys }
}
