import { watch, type Ref } from 'vue'

export interface Answerable {
  /** What is answered, while it is. */
  asking: Readonly<Ref<HTMLElement | null>>
  /** What stands in its place then. */
  answered: Readonly<Ref<{ $el: HTMLElement } | null>>
}

/**
 * Whoever answers by keyboard goes on from what they answered: its buttons are switched off, and go, and the focus
 * would go with them to the top of the page.
 * @returns to be called when an answer is given
 */
export function useFocusAfterAnswer(isAnswered: () => boolean, { asking, answered }: Answerable) {
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
