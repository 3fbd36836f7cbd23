import { computed, nextTick, onScopeDispose, shallowRef, watch } from 'vue'
import { formulasToCome } from './useFormulas.ts'
import { loadMarkdown, markdownRenderer } from './useMarkdown.ts'

/** As many times as drawing takes, the page has for everything else before it draws again. */
const REST = 3

/**
 * A text's blocks as safe HTML; undefined until what makes them is loaded. While an answer streams in, its text
 * changes more often than the screen does, and what takes long is done less often.
 * @param growing whether it will go on
 */
export function useGrowingMarkdown(text: () => string, id: string, growing: () => boolean) {
  const render = computed(() => markdownRenderer.value?.(id))
  const blocks = shallowRef(render.value?.(text(), growing()))
  let frame = 0
  let restsUntil = 0
  let hasWaited = false

  /** What draws its first formula is here, or is on its way for too long. */
  function isReady(drawn: readonly string[] | undefined): boolean {
    const coming = hasWaited || !drawn ? undefined : formulasToCome(drawn)
    if (!coming)
      return true
    hasWaited = true
    restsUntil = Infinity
    void coming.then(() => { restsUntil = 0 })
    return false
  }

  function draw() {
    const begun = performance.now()
    if (begun < restsUntil) {
      frame = requestAnimationFrame(draw)
      return
    }
    const drawn = render.value?.(text(), growing())
    if (!isReady(drawn)) {
      frame = requestAnimationFrame(draw)
      return
    }
    frame = 0
    blocks.value = drawn
    void nextTick(() => {
      const ended = performance.now()
      restsUntil = ended + REST * (ended - begun)
    })
  }

  watch([text, render, growing], () => { frame ||= requestAnimationFrame(draw) })
  onScopeDispose(() => cancelAnimationFrame(frame))

  void loadMarkdown()
  return blocks
}
