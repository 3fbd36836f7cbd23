import { createTables, repeatsOf } from './odfTables.ts'
import type { TextBuilder } from '../text/textBuilder.ts'
import { readXml } from '../archive/xml.ts'

/** What stands beside the text itself: remarks of readers, what was deleted, how a slide is laid out. */
const LEFT_OUT = ['annotation', 'tracked-changes', 'date-time-decl', 'footer-decl', 'header-decl', 'automatic-styles', 'scripts']
const WORD = /[\p{L}\p{N}]+/gu
const DEEPEST_LIST = 9

export interface OdfExtent { sheets: number, slides: number, words: number, cut: boolean }

type Attribute = (name: string) => string | undefined
interface Paragraph { text: string, heading: number }

/** Reads `content.xml` into the text. @param chars of one table at most */
export function readOdfContent(bytes: Uint8Array, text: TextBuilder, chars: number): OdfExtent {
  const extent: OdfExtent = { sheets: 0, slides: 0, words: 0, cut: false }
  const tables = createTables(chars)
  /** Each inside the one before: a frame in a paragraph holds paragraphs. */
  const paragraphs: Paragraph[] = []
  let isSpreadsheet = false
  let isNotes = false
  let list = 0
  let leftOut = 0

  function tell(block: string) {
    extent.words += block.match(WORD)?.length ?? 0
    text.block(block)
  }

  function say(part: string) {
    const paragraph = paragraphs.at(-1)
    if (paragraph && !leftOut)
      paragraph.text += part
  }

  function endParagraph() {
    const { text: all = '', heading = 0 } = paragraphs.pop() ?? {}
    const said = all.trim()
    if (tables.isInside())
      tables.say(said)
    else if (said)
      tell(mark(heading) + said)
  }

  function mark(heading: number) {
    if (heading)
      return `${'#'.repeat(heading)} `
    if (list)
      return `${'  '.repeat(Math.min(list, DEEPEST_LIST) - 1)}- `
    return isNotes ? 'Notes: ' : ''
  }

  function endTable() {
    const table = tables.end()
    if (!table)
      return
    if (isSpreadsheet)
      text.heading(`## ${table.name}${table.text ? '' : '\n\nThis sheet is empty.'}`)
    tell(table.text)
    extent.cut ||= table.cut
  }

  function beginTable(attribute: Attribute) {
    if (isSpreadsheet && !tables.isInside())
      extent.sheets++
    tables.begin(attribute('name') ?? `Sheet ${extent.sheets}`)
  }

  const begins: Record<string, (attribute: Attribute) => void> = {
    'spreadsheet': () => { isSpreadsheet = true },
    'page': () => text.heading(`## Slide ${++extent.slides}`),
    'notes': () => { isNotes = true },
    'table': beginTable,
    'table-row': attribute => tables.beginRow(repeatsOf(attribute('number-rows-repeated'))),
    'table-cell': attribute => tables.beginCell(repeatsOf(attribute('number-columns-repeated'))),
    'covered-table-cell': attribute => tables.beginCell(repeatsOf(attribute('number-columns-repeated'))),
    'list': () => { list++ },
    'h': attribute => paragraphs.push({ text: '', heading: Math.min(Number(attribute('outline-level') ?? 1) || 1, 6) }),
    'p': () => paragraphs.push({ text: '', heading: 0 }),
    'tab': () => say('\t'),
    'line-break': () => say('\n'),
    's': attribute => say(' '.repeat(repeatsOf(attribute('c')))),
  }
  const ends: Record<string, () => void> = {
    'p': endParagraph,
    'h': endParagraph,
    'list': () => { list-- },
    'notes': () => { isNotes = false },
    'table-cell': tables.endCell,
    'covered-table-cell': tables.endCell,
    'table-row': tables.endRow,
    'table': endTable,
  }

  readXml(bytes, {
    open(name, attribute, stop) {
      if (text.isFull())
        return stop()
      if (LEFT_OUT.includes(name))
        leftOut++
      if (!leftOut && Object.hasOwn(begins, name))
        begins[name]?.(attribute)
    },
    text: say,
    close(name) {
      if (!leftOut && Object.hasOwn(ends, name))
        ends[name]?.()
      if (LEFT_OUT.includes(name))
        leftOut--
    },
  })
  return extent
}
