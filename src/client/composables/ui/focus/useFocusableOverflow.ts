import { onMounted, onScopeDispose, onUpdated, type Ref } from 'vue'

const SCROLLS_SIDEWAYS = 'pre, .table, .math.display'

/** One for all, and only what holds the boxes is looked at: a browser asks for each at every frame, also far out of sight. */
const observer = new ResizeObserver(entries => update(entries.map(({ target }) => target)))

/** What scrolls sideways can be reached by keyboard, and nothing else becomes a stop on the way. */
export function useFocusableOverflow(root: Readonly<Ref<HTMLElement | null>>) {
  let followed: HTMLElement | undefined

  onMounted(() => {
    followed = root.value ?? undefined
    if (followed)
      observer.observe(followed)
  })
  onUpdated(() => update(followed ? [followed] : []))
  onScopeDispose(() => followed && observer.unobserve(followed))
}

/** All are asked before any is changed: a browser would lay out the page again for each. */
function update(roots: readonly Element[]) {
  const boxes = roots.flatMap(root => [...root.querySelectorAll<HTMLElement>(SCROLLS_SIDEWAYS)])
  const scrolls = boxes.map(box => box.scrollWidth > box.clientWidth)
  boxes.forEach((box, i) => {
    if (scrolls[i])
      box.tabIndex = 0
    else
      box.removeAttribute('tabindex')
  })
}
