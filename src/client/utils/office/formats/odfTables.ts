import { OFFICE_LIMITS } from '../archive/limits.ts'
import { markdownTable } from '../text/markdownTable.ts'

interface Table { name: string, rows: string[][], row: string[], cell: string[], chars: number }

/** How often a cell or row says that it is there. Empty ones are repeated to the edge of a sheet. */
export const repeatsOf = (value: string | undefined): number =>
  Math.min(Math.max(Number(value ?? 1) || 1, 1), OFFICE_LIMITS.repeats)

/** The tables that are being read, each inside a cell of the one before. @param most characters of one */
export function createTables(most: number) {
  const open: Table[] = []
  let [rowRepeats, cellRepeats] = [1, 1]

  return {
    isInside: () => open.length > 0,
    begin: (name: string) => void open.push({ name, rows: [], row: [], cell: [], chars: 0 }),
    beginRow: (repeats: number) => { rowRepeats = repeats },
    beginCell: (repeats: number) => { cellRepeats = repeats },
    /** A paragraph of the cell. */
    say: (text: string) => void open.at(-1)?.cell.push(text),

    endCell() {
      const table = open.at(-1)
      if (!table)
        return
      const said = table.cell.join('\n')
      table.cell = []
      for (let i = 0; i < cellRepeats; i++)
        table.row.push(said)
      table.chars += said.length * cellRepeats
      cellRepeats = 1
    },

    endRow() {
      const table = open.at(-1)
      if (!table)
        return
      for (let i = 0; i < rowRepeats && table.row.some(Boolean) && table.chars <= most; i++) {
        table.rows.push(table.row)
        table.chars += table.row.reduce((sum, cell) => sum + cell.length, 0)
      }
      table.row = []
      rowRepeats = 1
    },

    /** @returns the table as Markdown; undefined where it stands in a cell, which says it then */
    end(): { name: string, text: string, cut: boolean } | undefined {
      const table = open.pop()
      if (!table)
        return undefined
      if (open.length) {
        open.at(-1)?.cell.push(table.rows.map(row => row.join(', ')).join('\n'))
        return undefined
      }
      const { text, cut } = markdownTable(table.rows, most)
      return { name: table.name, text, cut: cut || table.chars > most }
    },
  }
}
