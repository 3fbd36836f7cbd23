import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import type { PdfPage } from '../../utils/pdf/pdfDocument.ts'

/** Draws a page into its place while it is wanted, sharp at every size, and clears it when it is not. */
export function usePdfPage(
  page: () => PdfPage,
  wanted: () => boolean,
  picture: Readonly<Ref<HTMLElement | null>>,
  text: Readonly<Ref<HTMLElement | null>>,
) {
  /** CSS pixels. */
  const width = ref(0)
  const failed = ref(false)
  /** It was drawn, but something of it is missing. */
  const incomplete = ref(false)
  let drawing: AbortController | undefined
  let textLaid = false

  function clear() {
    drawing?.abort()
    drawing = undefined
    picture.value?.replaceChildren()
    text.value?.replaceChildren()
    textLaid = false
    page().release()
  }

  async function draw() {
    drawing?.abort()
    const { signal } = drawing = new AbortController()
    try {
      const drawn = await page().draw(width.value * devicePixelRatio, signal)
      if (!drawn)
        return
      picture.value?.replaceChildren(drawn.canvas) // until now the one of the former size was stretched
      failed.value = false
      incomplete.value = drawn.incomplete
      await layText(signal)
    }
    catch (error) {
      if (signal.aborted)
        return
      console.warn(`Page ${page().number} was not drawn:`, error)
      failed.value = true
    }
  }

  /** Once: it grows and shrinks with the page by itself. */
  async function layText(signal: AbortSignal) {
    if (textLaid || !text.value)
      return
    text.value.replaceChildren() // what one before had begun
    await page().layText(text.value, signal)
    textLaid = true
  }

  const observer = new ResizeObserver(([entry]) => { width.value = entry?.contentRect.width ?? width.value })
  onMounted(() => picture.value && observer.observe(picture.value))
  onBeforeUnmount(() => {
    observer.disconnect()
    clear()
  })

  watch([wanted, width], () => {
    if (!wanted())
      clear()
    else if (width.value)
      void draw()
  })

  return { width, failed, incomplete }
}
