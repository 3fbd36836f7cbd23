/** Characters of one cell's text that are told: a cell is not a document. */
const CELL_CHARS = 32_767

/**
 * Rows as a Markdown table; its first row is the head, as in most tables. Columns in which there is nothing are left out.
 * @param most characters; what is beyond is left out
 * @returns the table, and whether rows are missing; an empty text where there is nothing in it
 */
export function markdownTable(rows: readonly (readonly (string | undefined)[])[], most: number): { text: string, cut: boolean } {
  const used = new Set<number>()
  for (const row of rows)
    row.forEach((cell, column) => cell?.trim() && used.add(column))
  const columns = [...used].sort((a, b) => a - b)
  const filled = rows.filter(row => row.some(cell => cell?.trim()))
  const lines: string[] = []
  let chars = 0
  for (const row of filled) {
    const line = `| ${columns.map(column => cellText(row[column])).join(' | ')} |`
    chars += line.length + 1
    if (chars > most)
      return { text: lines.join('\n'), cut: true }
    lines.push(line)
    if (lines.length === 1)
      lines.push(`|${' --- |'.repeat(columns.length)}`)
  }
  return { text: lines.join('\n'), cut: false }
}

const cellText = (cell = '') => cell.slice(0, CELL_CHARS).trim().replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\s*\n\s*/g, '<br>')
