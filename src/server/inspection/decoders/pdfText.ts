/** As much of an opened PDF as is asked here. */
interface ReadablePdf {
  numPages: number
  getPage(number: number): Promise<{ getTextContent(): Promise<{ items: readonly ({ str: string, hasEOL: boolean } | object)[] }> }>
}

const PAGES = 200
const CHARS = 262_144
/** Milliseconds after which no further page is begun. */
const PATIENCE_MS = 5000

/** What is written in a PDF, page by page; of one that does not open, nothing. */
export async function textOfPdf(opening: Promise<ReadablePdf>): Promise<string> {
  const until = Date.now() + PATIENCE_MS
  let text = ''
  try {
    const pdf = await opening
    for (let number = 1; number <= Math.min(pdf.numPages, PAGES) && text.length < CHARS && Date.now() < until; number++)
      text += `${await textOfPage(pdf, number)}\n`
  }
  catch {
    return text // what could be read until then
  }
  return text.slice(0, CHARS)
}

async function textOfPage(pdf: ReadablePdf, number: number): Promise<string> {
  const { items } = await (await pdf.getPage(number)).getTextContent()
  return items.map(item => 'str' in item ? item.str + (item.hasEOL ? '\n' : '') : '').join('')
}
