import { onMounted, onScopeDispose, onUpdated, type Ref } from 'vue'

/** What scrolls sideways can be reached by keyboard, and nothing else becomes a stop on the way. */
export function useFocusableOverflow(root: Readonly<Ref<HTMLElement | null>>, selector: string) {
  function update() {
    for (const box of root.value?.querySelectorAll<HTMLElement>(selector) ?? []) {
      if (box.scrollWidth > box.clientWidth)
        box.tabIndex = 0
      else
        box.removeAttribute('tabindex')
    }
  }

  const observer = new ResizeObserver(update)
  onMounted(() => root.value && observer.observe(root.value))
  onUpdated(update)
  onScopeDispose(() => observer.disconnect())
}
