import { markdownTable } from '../text/markdownTable.ts'
import { readXml } from '../archive/xml.ts'

export interface Slide {
  title: string
  blocks: string[]
  hidden: boolean
}

interface Paragraph { text: string, level: number }

/** What a shape is for: `title`, `body`, ... */
type Purpose = string | undefined

export function readSlide(bytes: Uint8Array, chars: number): Slide {
  const slide: Slide = { title: '', blocks: [], hidden: false }
  readShapes(bytes, {
    slide: (attribute) => { slide.hidden = attribute('show') === '0' },
    shape(purpose, paragraphs) {
      if (!slide.title && /title$/i.test(purpose ?? ''))
        slide.title = paragraphs.map(({ text }) => text).join(' ').trim()
      else if (purpose !== 'sldNum' && purpose !== 'dt' && purpose !== 'ftr')
        slide.blocks.push(asList(paragraphs))
    },
    table: rows => slide.blocks.push(markdownTable(rows, chars).text),
  })
  return slide
}

/** What the speaker wrote below the slide. */
export function readNotes(bytes: Uint8Array): string {
  const notes: string[] = []
  readShapes(bytes, {
    shape(purpose, paragraphs) {
      if (purpose === 'body')
        notes.push(paragraphs.map(({ text }) => text).join('\n').trim())
    },
  })
  return notes.filter(Boolean).join('\n')
}

const asList = (paragraphs: readonly Paragraph[]) => paragraphs
  .filter(({ text }) => text.trim())
  .map(({ text, level }) => `${'  '.repeat(level)}- ${text.trim().replace(/\s*\n\s*/g, ' ')}`)
  .join('\n')

type Attribute = (name: string) => string | undefined

interface ShapeHandlers {
  slide?: (attribute: Attribute) => void
  shape: (purpose: Purpose, paragraphs: readonly Paragraph[]) => void
  table?: (rows: readonly string[][]) => void
}

/** Levels of a list that PowerPoint knows. */
const DEEPEST = 8

function readShapes(bytes: Uint8Array, { slide, shape, table }: ShapeHandlers): void {
  let purpose: Purpose
  let paragraphs: Paragraph[] = []
  let rows: string[][] | undefined
  let inText = false

  function beginText() {
    purpose = undefined
    paragraphs = []
  }

  const openings = new Map<string, (attribute: Attribute) => void>([
    ['sld', attribute => slide?.(attribute)],
    ['sp', beginText],
    ['tc', beginText],
    ['ph', (attribute) => { purpose = attribute('type') ?? 'content' }],
    ['tbl', () => { rows = [] }],
    ['tr', () => rows?.push([])],
    ['p', () => paragraphs.push({ text: '', level: 0 })],
    ['pPr', attribute => withLast(paragraphs, (last) => { last.level = Math.min(Number(attribute('lvl') ?? 0) || 0, DEEPEST) })],
    ['br', () => withLast(paragraphs, (last) => { last.text += '\n' })],
  ])

  readXml(bytes, {
    open(name, attribute) {
      openings.get(name)?.(attribute)
      inText = name === 't'
    },
    text(part) {
      if (inText)
        withLast(paragraphs, (last) => { last.text += part })
    },
    close(name) {
      inText = false
      if (name === 'sp')
        shape(purpose, paragraphs)
      else if (name === 'tc')
        rows?.at(-1)?.push(paragraphs.map(({ text }) => text).join('\n'))
      else if (name === 'tbl' && rows) {
        table?.(rows)
        rows = undefined
      }
    },
  })
}

function withLast(paragraphs: Paragraph[], change: (last: Paragraph) => void) {
  const last = paragraphs.at(-1)
  if (last)
    change(last)
}
