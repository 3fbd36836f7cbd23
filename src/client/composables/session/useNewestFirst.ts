import { computed, onBeforeUnmount, ref, watch } from 'vue'
import type { HistoryItem } from '../../stores/history/historyItem.ts'

/** Messages that are drawn before the others: more than most screens hold. */
const FIRST = 16

/** Milliseconds after which a page that nobody looks at, and that is therefore not painted, goes on. */
const UNPAINTED = 500

/** The newest messages, and all of them once those are on the screen. @param atOnce where one of the others is looked for */
export function useNewestFirst(items: () => readonly HistoryItem[], atOnce: () => boolean) {
  const whole = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const goOn = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => { whole.value = true }, ms)
  }

  watch(() => items().length > 0, (are) => {
    if (!are || whole.value)
      return
    goOn(UNPAINTED)
    requestAnimationFrame(() => requestAnimationFrame(() => goOn(0)))
  }, { immediate: true, flush: 'post' })
  onBeforeUnmount(() => clearTimeout(timer))

  const shown = computed(() => whole.value || atOnce() ? items() : items().slice(-FIRST))
  return { shown, showAll: () => { whole.value = true }, isWhole: () => shown.value.length === items().length }
}
