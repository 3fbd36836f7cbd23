import type { FileChange, Part, ToolOutput } from '../protocol/parts.ts'

/** Characters of a part as JSON up to which nothing is left out: asking for the rest would cost more. */
const WORTH_FOLDING = 400

/**
 * A part as it is on the page before anybody unfolds it: of a tool that is done, its line with its pictures, and how many
 * lines it changed. What failed is shown open, and what runs is told as it happens: both stay whole.
 * @param chars of the part as JSON
 */
export function folded(part: Part, chars: number): Part {
  if (part.type !== 'tool' || part.status !== 'done' || chars <= WORTH_FOLDING)
    return part
  return { ...part, folded: true, input: {}, output: part.output && foldedOutput(part.output) }
}

const foldedOutput = ({ images, change }: ToolOutput): ToolOutput =>
  ({ ...images && { images }, ...change && { changed: changeSize(change) } })

/** How many lines came and went. */
export function changeSize({ hunks }: FileChange): { added: number, removed: number } {
  const size = { added: 0, removed: 0 }
  for (const { lines } of hunks) {
    for (const line of lines) {
      size.added += Number(line[0] === '+')
      size.removed += Number(line[0] === '-')
    }
  }
  return size
}
