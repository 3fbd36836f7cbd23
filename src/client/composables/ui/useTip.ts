import { onScopeDispose, ref, watch } from 'vue'

/** Milliseconds that the pointer rests on something before it is explained. */
const REST = 400

/**
 * Whether the explanation of something is shown: while the pointer rests on it, or the keyboard's focus is in it. It is
 * made only then, for most things are never asked about.
 */
export function useTip() {
  const shown = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function hide() {
    clearTimeout(timer)
    shown.value = false
  }

  const onKeydown = ({ key }: KeyboardEvent) => key === 'Escape' && hide()
  watch(shown, is => is ? document.addEventListener('keydown', onKeydown) : document.removeEventListener('keydown', onKeydown))
  onScopeDispose(hide)

  /** The listeners of what is explained. */
  const on = {
    pointerenter({ pointerType }: PointerEvent) {
      clearTimeout(timer)
      if (pointerType !== 'touch') // a finger opens it
        timer = setTimeout(() => { shown.value = true }, REST)
    },
    pointerleave: hide,
    pointerdown: hide,
    focusin({ target }: FocusEvent) {
      shown.value = (target as Element).matches(':focus-visible')
    },
    focusout: hide,
  }

  return { shown, on }
}
