import { computed, onBeforeUnmount, onMounted, shallowRef, type Ref } from 'vue'

/** How far from what is seen something is near: it is there before it is scrolled to. */
const NEAR = '1000px 0px'

/** A stretch of messages: whether it is near what is seen, and how many ask. */
interface Stretch { near: Ref<boolean>, users: number }

const stretches = new Map<Element, Stretch>()
const observers = new WeakMap<Element, IntersectionObserver>()

/** @param list that scrolls */
function observerOf(list: Element): IntersectionObserver {
  const observer = observers.get(list) ?? new IntersectionObserver(
    entries => entries.forEach(({ target, isIntersecting }) => {
      const stretch = stretches.get(target)
      if (stretch)
        stretch.near.value = isIntersecting
    }),
    { root: list, rootMargin: NEAR },
  )
  observers.set(list, observer)
  return observer
}

/** @returns ends it */
function join(section: Element, observer: IntersectionObserver): () => void {
  const stretch = stretches.get(section) ?? { near: shallowRef(false), users: 0 }
  if (!stretch.users++)
    observer.observe(section)
  stretches.set(section, stretch)
  return () => {
    if (--stretch.users)
      return
    observer.unobserve(section)
    stretches.delete(section)
  }
}

/**
 * Whether the stretch of messages that holds an element is near what is seen. One that is far away need not have what
 * nobody looks at: a browser asks each picture in a page at every frame what moves in it. Stretches are observed and
 * not messages, for the same reason.
 */
export function useNearby(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<boolean>> {
  const stretch = shallowRef<Pick<Stretch, 'near'>>()
  let leave = () => {}

  onMounted(() => {
    const section = element.value?.closest('.stretch')
    const list = section?.closest('[role=log]')
    if (!section || !list || typeof IntersectionObserver === 'undefined')
      return void (stretch.value = { near: shallowRef(true) })
    leave = join(section, observerOf(list))
    stretch.value = stretches.get(section)
  })
  onBeforeUnmount(() => leave())

  return computed(() => stretch.value?.near.value ?? false)
}
