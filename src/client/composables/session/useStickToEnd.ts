import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Pixels from the end that count as being there again, for who scrolls down towards it. */
const NEAR = 48

/** Pixels: less is a rounding of the browser, not somebody's step. */
const STEP = 1

/**
 * Keeps the end of a scrolling box in view while it grows, unless the person scrolled away from it. What they
 * read then stays where it is on the screen, also when the box itself is moved by what appears above it.
 */
export function useStickToEnd(box: Readonly<Ref<HTMLElement | null>>, content: Readonly<Ref<HTMLElement | null>>) {
  const atEnd = ref(true)
  let top = 0
  let rest = 0
  let place = 0

  /**
   * Any step upwards is away, however small; a content that grew since `toEnd` also lies below, and nobody scrolled.
   * Back is who comes nearer by scrolling down, and not who is moved down because something above has grown.
   */
  function onScroll() {
    const element = box.value
    if (!element)
      return
    const left = element.scrollHeight - element.clientHeight - element.scrollTop
    if (left < STEP)
      atEnd.value = true
    else if (element.scrollTop < top)
      atEnd.value = false
    else if (left < NEAR && left < rest && element.scrollTop > top)
      atEnd.value = true
    top = element.scrollTop
    rest = left
  }

  function toEnd() {
    atEnd.value = true
    if (!box.value)
      return
    box.value.scrollTop = box.value.scrollHeight
    top = box.value.scrollTop
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
    const moved = (box.value?.getBoundingClientRect().top ?? place) - place
    place += moved
    if (atEnd.value)
      toEnd()
    else if (box.value && moved)
      box.value.scrollTop += moved
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
