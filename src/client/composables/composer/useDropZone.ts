import { onScopeDispose, ref } from 'vue'
import { readDrop, type Transfer } from '../../utils/input/transfers.ts'

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** A zone that takes dropped files: whether some are over it, and the handlers to bind to it. */
export function useDropZone(onDrop: (transfer: Transfer) => void) {
  const over = ref(false)
  /** Elements inside send their own enter and leave; the zone is left when all were. */
  let depth = 0

  function enter(event: DragEvent) {
    if (!holdsFiles(event))
      return
    depth++
    over.value = true
  }

  function leave(event: DragEvent) {
    if (holdsFiles(event) && --depth <= 0)
      reset()
  }

  function reset() {
    depth = 0
    over.value = false
  }

  function hover(event: DragEvent) {
    if (!holdsFiles(event))
      return
    event.preventDefault()
    event.dataTransfer!.dropEffect = 'copy'
  }

  function drop(event: DragEvent) {
    if (!holdsFiles(event))
      return
    event.preventDefault()
    reset()
    onDrop(readDrop(event.dataTransfer!))
  }

  return { over, handlers: { dragenter: enter, dragleave: leave, dragover: hover, drop } }
}

/** A file or link that misses the zone must not make the browser open it in place of the app. */
export function usePageKeptFromDrops(): void {
  function keep(event: DragEvent) {
    const editable = event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]')
    if (event.defaultPrevented || (editable && !holdsFiles(event)))
      return
    event.preventDefault()
    event.dataTransfer!.dropEffect = 'none'
  }
  window.addEventListener('dragover', keep)
  window.addEventListener('drop', keep)
  onScopeDispose(() => {
    window.removeEventListener('dragover', keep)
    window.removeEventListener('drop', keep)
  })
}
