import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

/**
 * Pixels that an element takes from top to bottom: known at once where `changes` does, so that what gives way to it does
 * so in the same frame, and else when its width has become another one.
 */
export function useHeight(element: Readonly<Ref<HTMLElement | null>>, changes: Readonly<Ref<unknown>>): Readonly<Ref<number>> {
  const height = ref(0)
  const measure = () => { height.value = element.value?.offsetHeight ?? 0 }
  const observer = new ResizeObserver(measure)
  onMounted(() => element.value && observer.observe(element.value))
  onBeforeUnmount(() => observer.disconnect())
  watch(changes, measure, { flush: 'post' })
  return height
}
