import { onMounted, onScopeDispose, onUpdated, type Ref } from 'vue'

/**
 * Keeps elements as their widths want them, when they are there, when they change, and when they become wider or narrower.
 * @param fit is given all at once that became so: to be asked before any is changed, or a browser would lay out the page
 * again for each
 * @returns to be called by each component that has one
 */
export function fittedTogether(fit: (elements: readonly Element[]) => void): (element: Readonly<Ref<HTMLElement | null>>) => void {
  const observer = new ResizeObserver(entries => fit(entries.map(({ target }) => target)))

  return (element) => {
    let followed: HTMLElement | undefined
    onMounted(() => {
      followed = element.value ?? undefined
      if (followed)
        observer.observe(followed)
    })
    onUpdated(() => fit(followed ? [followed] : []))
    onScopeDispose(() => followed && observer.unobserve(followed))
  }
}
