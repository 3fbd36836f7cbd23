import { watch, type Ref } from 'vue'

/**
 * Whoever answers by keyboard goes on from what they answered: its buttons are switched off, and go, and the focus
 * would go with them to the top of the page.
 * @param asking what is answered, while it is
 * @param answered what stands in its place then; it takes the focus
 * @returns to be called when an answer is given
 */
export function useFocusAfterAnswer(isAnswered: () => boolean, asking: Readonly<Ref<HTMLElement | null>>, answered: Readonly<Ref<{ $el: HTMLElement } | null>>) {
  let hadFocus = false
  const isNowhere = () => document.activeElement === null || document.activeElement === document.body

  watch(isAnswered, () => {
    if (hadFocus && isNowhere())
      answered.value?.$el.focus({ preventScroll: true })
  }, { flush: 'post' })

  return () => {
    hadFocus = asking.value?.contains(document.activeElement) ?? false
  }
}
