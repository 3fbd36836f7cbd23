import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Pixels from the end that still count as being there. */
const NEAR = 48

/** Keeps the end of a scrolling box in view while it grows, unless the person scrolled away from it. */
export function useStickToEnd(box: Readonly<Ref<HTMLElement | null>>, content: Readonly<Ref<HTMLElement | null>>) {
  const atEnd = ref(true)
  let top = 0

  /** Only upwards is away: a content that grew since `toEnd` also lies below, and nobody scrolled. */
  function onScroll() {
    const element = box.value
    if (!element)
      return
    const near = element.scrollHeight - element.clientHeight - element.scrollTop < NEAR
    atEnd.value = near || (atEnd.value && element.scrollTop >= top)
    top = element.scrollTop
  }

  function toEnd() {
    atEnd.value = true
    if (box.value)
      box.value.scrollTop = box.value.scrollHeight
  }

  /** An element that is looked for, from its beginning. It takes the focus: whoever reads by ear is there too. */
  function bring(element: HTMLElement | null | undefined) {
    if (!element || !box.value)
      return
    toEnd()
    element.focus({ preventScroll: true })
    if (element.getBoundingClientRect().top < box.value.getBoundingClientRect().top) {
      atEnd.value = false
      element.scrollIntoView({ block: 'start' })
    }
  }

  // Both can change: the content by a new line, the box by a composer that grows.
  const observer = new ResizeObserver(() => {
    if (atEnd.value)
      toEnd()
  })
  onMounted(() => {
    for (const element of [box.value, content.value]) {
      if (element)
        observer.observe(element)
    }
    toEnd()
  })
  onBeforeUnmount(() => observer.disconnect())

  return { atEnd, toEnd, bring, onScroll }
}
