import { computed, onScopeDispose, shallowReactive, watch } from 'vue'
import { useUndoStore, type UndoOffer } from '../../stores/undo.ts'

/** Milliseconds that an offer stands. Who points at one, or has it in focus, is still thinking: none of them moves away. */
const OFFERED = 10_000

/** What can be undone, for ten seconds each. */
export function useUndo() {
  const store = useUndoStore()
  const offers = computed(() => [...store.offers.values()])
  const failures = shallowReactive(new Map<string, string>())
  const timers = new Map<string, ReturnType<typeof setTimeout> | undefined>()
  let held = false

  watch(offers, (now) => {
    for (const { id } of now.filter(({ id }) => !timers.has(id)))
      start(id)
  }, { immediate: true })

  function start(id: string) {
    clearTimeout(timers.get(id))
    timers.set(id, held ? undefined : setTimeout(withdraw, OFFERED, id))
  }

  function hold() {
    held = true
    timers.forEach(clearTimeout)
  }

  function resume() {
    held = false
    for (const id of timers.keys())
      start(id)
  }

  function withdraw(id: string) {
    clearTimeout(timers.get(id))
    timers.delete(id)
    failures.delete(id)
    store.withdraw(id)
  }

  async function undo({ id, text }: UndoOffer): Promise<void> {
    clearTimeout(timers.get(id))
    timers.delete(id)
    try {
      await store.take(id)
    }
    catch (error) {
      console.error(error)
      failures.set(id, `${text} It could not be put back: ${(error as Error).message}.`)
      start(id)
    }
  }

  /** Ctrl+Z and Cmd+Z undo it too, outside of what has an undo of its own. */
  function onKeydown(event: KeyboardEvent) {
    const newest = offers.value.at(-1)
    const inText = (event.target as HTMLElement | null)?.closest?.('input, textarea, [contenteditable]')
    if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || inText || !newest)
      return
    event.preventDefault()
    void undo(newest)
  }

  document.addEventListener('keydown', onKeydown)
  onScopeDispose(() => {
    document.removeEventListener('keydown', onKeydown)
    timers.forEach(clearTimeout)
  })

  return { offers, failures, undo, withdraw, hold, resume }
}
