import { onScopeDispose } from 'vue'

/** A click handler for rendered Markdown: the "Copy code" buttons in it copy the block below them. */
export function useCodeCopy() {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  onScopeDispose(() => timers.forEach(clearTimeout))

  function say(button: HTMLElement, text: string) {
    button.textContent = text
    const timer = setTimeout(() => {
      button.textContent = 'Copy code'
      timers.delete(timer)
    }, 2000)
    timers.add(timer)
  }

  return async function copyCode({ target }: MouseEvent) {
    const button = target instanceof Element ? target.closest<HTMLElement>('button.copy') : null
    if (!button)
      return
    try {
      await navigator.clipboard.writeText(button.parentElement?.nextElementSibling?.textContent ?? '')
      say(button, 'Copied')
    }
    catch (error) {
      console.warn('Code was not copied:', error) // no permission, or a page that is not served securely
      say(button, 'Not copied')
    }
  }
}
