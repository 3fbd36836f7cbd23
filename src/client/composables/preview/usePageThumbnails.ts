import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { loadPart } from '../../utils/network/loadPart.ts'
import type { PdfByPages } from '../../utils/pdf/pdfDocument.ts'

/**
 * Draws small pictures of a PDF's pages into the items of a list: one after the other, and only while they are seen or
 * soon will be, however many there are.
 * @param list each child is a page in order, and has a place for its picture
 * @param load the PDF with all of its pages
 */
export function usePageThumbnails(list: Readonly<Ref<HTMLElement | null>>, load: () => Promise<Blob>) {
  let opening: Promise<PdfByPages> | undefined
  /** Near, and not drawn yet. */
  const waiting = new Set<Element>()
  let isDrawing = false
  const leaving = new AbortController()

  async function open(): Promise<PdfByPages> {
    const [{ openPdfByPages }, file] = await Promise.all([loadPart(() => import('../../utils/pdf/pdfDocument.ts')), load()])
    return openPdfByPages(file)
  }

  async function draw(item: Element): Promise<void> {
    const place = item.querySelector<HTMLElement>('[data-picture]')
    if (!place)
      return
    const page = await (await (opening ??= open())).page(Array.prototype.indexOf.call(list.value?.children, item) + 1)
    const { width, height } = place.getBoundingClientRect()
    const drawn = await page.draw(Math.min(width, height * page.width / page.height) * devicePixelRatio, leaving.signal)
    if (drawn)
      place.replaceChildren(drawn.canvas)
    page.release()
  }

  async function drawWaiting(): Promise<void> {
    if (isDrawing)
      return
    isDrawing = true
    for (const item of waiting) { // those that come meanwhile, too
      waiting.delete(item)
      if (leaving.signal.aborted)
        break
      await draw(item).catch((error: unknown) => {
        if (!leaving.signal.aborted)
          console.warn('A page has no picture, only its number:', error)
      })
    }
    isDrawing = false
  }

  function follow(entries: readonly IntersectionObserverEntry[]) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        waiting.add(target)
        continue
      }
      waiting.delete(target)
      target.querySelector('[data-picture]')?.replaceChildren()
    }
    void drawWaiting()
  }

  let observer: IntersectionObserver | undefined
  onMounted(() => {
    observer = new IntersectionObserver(follow, { root: list.value, rootMargin: '100% 0px' })
    for (const item of list.value?.children ?? [])
      observer.observe(item)
  })
  onBeforeUnmount(() => {
    leaving.abort()
    observer?.disconnect()
    void opening?.then(({ close }) => close(), () => {}) // it has told why it was not opened
  })
}
