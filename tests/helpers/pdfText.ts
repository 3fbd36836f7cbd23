import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** What a printed page says, and how many pictures are on it. */
export interface PrintedPage { text: string, pictures: number }

export async function readPdf(bytes: Uint8Array): Promise<PrintedPage[]> {
  const document = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: true, verbosity: 0 }).promise
  const pages: PrintedPage[] = []
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number)
    const { items } = await page.getTextContent()
    const { fnArray } = await page.getOperatorList()
    pages.push({
      text: items.map(item => 'str' in item ? item.str : '').join(' ').replace(/\s+/g, ' '),
      pictures: fnArray.filter(operation => operation === OPS.paintImageXObject).length,
    })
  }
  await document.destroy()
  return pages
}
