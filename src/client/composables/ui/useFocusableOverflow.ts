import { onMounted, onScopeDispose, onUpdated, type Ref } from 'vue'

/** One for all, and only what may scroll is looked at: a browser asks for each at every frame, also far out of sight. */
const observer = new ResizeObserver(entries => entries.forEach(({ target }) => update(target as HTMLElement)))

/** What scrolls sideways can be reached by keyboard, and nothing else becomes a stop on the way. */
export function useFocusableOverflow(root: Readonly<Ref<HTMLElement | null>>, selector: string) {
  let boxes = new Set<HTMLElement>()

  function follow() {
    const now = new Set(root.value?.querySelectorAll<HTMLElement>(selector))
    boxes.forEach(box => now.has(box) || observer.unobserve(box))
    now.forEach(box => boxes.has(box) || observer.observe(box))
    boxes = now
  }

  onMounted(follow)
  onUpdated(() => {
    follow()
    boxes.forEach(update)
  })
  onScopeDispose(() => boxes.forEach(box => observer.unobserve(box)))
}

function update(box: HTMLElement) {
  if (box.scrollWidth > box.clientWidth)
    box.tabIndex = 0
  else
    box.removeAttribute('tabindex')
}
