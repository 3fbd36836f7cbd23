import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** What the library keeps of a page's pictures, by id: null where one could not be decoded. */
type Decoded = Iterable<[id: string, data: unknown]>

const failedIn = (objects: unknown) =>
  new Set([...objects as Decoded].filter(([id, data]) => data === null && id.includes('img_')).map(([id]) => id))

/** Whether a picture of a page that was just drawn could not be decoded; the library leaves its place empty. */
export async function hasFailedImages(page: PDFPageProxy): Promise<boolean> {
  if (failedIn(page.objs).size > 0)
    return true
  const shared = failedIn(page.commonObjs)
  if (shared.size === 0)
    return false
  // Pictures that several pages show are kept together: does this page show one of those that failed?
  const { fnArray, argsArray } = await page.getOperatorList()
  return fnArray.some((operation, i) => operation === OPS.paintImageXObject && shared.has((argsArray[i] as [string])[0]))
}
