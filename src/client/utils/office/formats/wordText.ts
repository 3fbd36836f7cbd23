import { markdownTable } from '../text/markdownTable.ts'
import type { TextBuilder } from '../text/textBuilder.ts'

/** What mammoth reads of a document, as far as it is told here. */
export interface WordNode {
  type: string
  children?: WordNode[]
  value?: string
  styleId?: string | null
  styleName?: string | null
  numbering?: { isOrdered: boolean, level: string } | null
  href?: string
  checked?: boolean
  colSpan?: number
  noteType?: string
  noteId?: string
  body?: WordNode[]
  notes?: { resolve: (reference: WordNode) => WordNode | null }
}

const WORD = /[\p{L}\p{N}]+/gu

/** Tells a document block by block. @returns how many words there are in what was told */
export function tellWord(document: WordNode, text: TextBuilder, chars: number): number {
  const notes: WordNode[] = []
  let words = 0
  let list: string[] = []

  function tell(block: string) {
    words += block.match(WORD)?.length ?? 0
    text.block(block)
  }

  /** Items of one list stand close together. */
  function endList() {
    tell(list.join('\n'))
    list = []
  }

  for (const block of document.children ?? []) {
    if (text.isFull())
      return words
    if (block.type === 'paragraph' && block.numbering) {
      list.push(listItem(block, notes))
      continue
    }
    endList()
    tell(block.type === 'table' ? tableText(block, notes, chars) : paragraphText(block, notes))
  }
  endList()
  for (const [i, reference] of notes.entries())
    tell(`[^${i + 1}]: ${noteText(document.notes?.resolve(reference))}`)
  return words
}

const noteText = (note: WordNode | null | undefined) =>
  (note?.body ?? []).map(block => inlineText(block, [])).join(' ').trim()

/** Levels of a list that are told apart. */
const DEEPEST = 8

function listItem(paragraph: WordNode, notes: WordNode[]): string {
  const level = Math.min(Number(paragraph.numbering?.level) || 0, DEEPEST)
  return `${'   '.repeat(level)}${paragraph.numbering?.isOrdered ? '1.' : '-'} ${inlineText(paragraph, notes).trim()}`
}

function paragraphText(paragraph: WordNode, notes: WordNode[]): string {
  const text = inlineText(paragraph, notes).trim()
  const level = headingLevel(paragraph)
  return text && level ? `${'#'.repeat(level)} ${text.replace(/\s*\n\s*/g, ' ')}` : text
}

/** Whatever the language of the program is, its headings keep their English name. */
function headingLevel({ styleName, styleId }: WordNode): number {
  if (/^title$/i.test(styleName ?? ''))
    return 1
  const [, level] = /^heading ?([1-6])$/i.exec(styleName ?? styleId ?? '') ?? []
  return Number(level ?? 0)
}

function tableText(table: WordNode, notes: WordNode[], chars: number): string {
  const rows = (table.children ?? []).filter(({ type }) => type === 'tableRow').map(row => (row.children ?? []).flatMap(cell => cellTexts(cell, notes)))
  return markdownTable(rows, chars).text
}

/** One for each column that it spans, so that the others stay below their head. */
function cellTexts(cell: WordNode, notes: WordNode[]): string[] {
  const text = (cell.children ?? []).map(block => inlineText(block, notes).trim()).filter(Boolean).join('\n')
  return [text, ...Array.from({ length: Math.min((cell.colSpan ?? 1) - 1, 100) }, () => '')]
}

function inlineText(node: WordNode, notes: WordNode[]): string {
  const children = node.children ?? []
  const inside = () => children.map(child => inlineText(child, notes)).join('')
  switch (node.type) {
    case 'text': return node.value ?? ''
    case 'checkbox': return tick(node)
    case 'noteReference': return `[^${notes.push(node)}]`
    case 'hyperlink': return linkText(inside(), node.href)
    case 'table': return children.map(row => innerRow(row, notes)).join('\n')
    case 'paragraph': return `${inside()}\n`
    default: return SIGNS.get(node.type) ?? inside()
  }
}

/** Of a table inside of a table's cell. */
const innerRow = (row: WordNode, notes: WordNode[]) => (row.children ?? []).map(cell => inlineText(cell, notes).trim()).join(', ')

const tick = ({ checked }: WordNode) => checked ? '[x]' : '[ ]'

const SIGNS = new Map([['tab', '\t'], ['break', '\n']])

const linkText = (text: string, href: string | undefined) =>
  href && /^(?:https?|mailto):/i.test(href) && href !== text ? `${text} (${href})` : text
