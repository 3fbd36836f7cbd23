import { formatNumber, type NumberFormat } from './xlsxFormats.ts'
import { readXml } from '../archive/xml.ts'

/** What a sheet's cells refer to. */
export interface SheetContext {
  strings: readonly string[]
  /** By the number of a style. */
  formats: readonly NumberFormat[]
  /** From when the workbook counts its days. */
  calendar: 1900 | 1904
  /** Characters of text that are read of a sheet. */
  chars: number
}

/** The texts that cells name by their number. What only says how to pronounce them is left out. */
export function readSharedStrings(bytes: Uint8Array): string[] {
  const strings: string[] = []
  let item = ''
  let inText = false
  let phonetic = false
  readXml(bytes, {
    open(name) {
      if (name === 'si')
        item = ''
      else if (name === 'rPh')
        phonetic = true
      inText = name === 't'
    },
    text(part) {
      if (inText && !phonetic)
        item += part
    },
    close(name) {
      inText = false
      if (name === 'rPh')
        phonetic = false
      if (name === 'si')
        strings.push(item)
    },
  })
  return strings
}

/** A cell while it is being read. */
interface Cell { column: number, type: string, style: number, value: string, formula: string, inline: string }

/** The rows in which there is something, and whether some are missing. */
export function readSheet(bytes: Uint8Array, context: SheetContext): { rows: string[][], cut: boolean } {
  const rows: string[][] = []
  let row: string[] = []
  let cell: Cell | undefined
  let next = 0
  let inside = ''
  let chars = 0
  let cut = false

  function finish(cell: Cell) {
    const text = cellText(cell, context)
    if (!text.trim())
      return
    row[cell.column] = text
    chars += text.length + 3
  }

  readXml(bytes, {
    open(name, attribute, stop) {
      if (name === 'row') {
        row = []
        next = 0
      }
      else if (name === 'c') {
        const column = columnOf(attribute('r')) ?? next
        next = column + 1
        cell = { column, type: attribute('t') ?? 'n', style: Number(attribute('s') ?? 0), value: '', formula: '', inline: '' }
      }
      inside = name
      if (chars > context.chars) {
        cut = true
        stop()
      }
    },
    text(part) {
      if (cell && inside === 'v')
        cell.value += part
      else if (cell && inside === 'f')
        cell.formula += part
      else if (cell && inside === 't')
        cell.inline += part
    },
    close(name) {
      inside = ''
      if (name === 'c' && cell) {
        finish(cell)
        cell = undefined
      }
      if (name === 'row' && row.length)
        rows.push(row)
    },
  })
  return { rows, cut }
}

function cellText({ type, style, value, formula, inline }: Cell, { strings, formats, calendar }: SheetContext): string {
  if (type === 's')
    return unescape(strings[Number(value)] ?? '')
  if (type === 'inlineStr')
    return unescape(inline)
  if (type === 'b')
    return value === '1' ? 'TRUE' : 'FALSE'
  if (value === '' && formula)
    return `=${formula}` // never calculated
  return type === 'n' ? formatNumber(value, formats[style] ?? 'number', calendar) : value
}

/** What XML cannot hold is written by its number: `_x000D_`. */
const unescape = (text: string) => text.replace(/_x([0-9A-F]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))).replace(/\r\n?/g, '\n').replaceAll('\0', '')

/** `BC12` -> 54; undefined where nothing, or nothing that Excel knows, is said. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference ?? '')?.[0]
  return letters ? Array.from(letters).reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1 : undefined
}
