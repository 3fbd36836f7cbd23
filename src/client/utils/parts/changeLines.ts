import { plainText } from '../../../shared/plainText.ts'
import type { FileChange } from '../../../shared/protocol/parts.ts'

/** A line of a changed file as it is drawn. */
export interface ChangeLine {
  kind: 'added' | 'removed' | 'same' | 'remark' | 'gap'
  /** The line's number before and after the change, where it has one. */
  before?: number
  after?: number
  text: string
}

/** The lines of all hunks, with a gap between two of them. */
export function changeLines({ hunks }: FileChange): ChangeLine[] {
  return hunks.flatMap(({ oldStart, newStart, lines }, i) => {
    let before = oldStart
    let after = newStart
    const drawn = lines.map((line): ChangeLine => {
      const text = plainText(line.slice(1))
      switch (line[0]) {
        case '+': return { kind: 'added', after: after++, text }
        case '-': return { kind: 'removed', before: before++, text }
        case '\\': return { kind: 'remark', text: text.trim() }
        default: return { kind: 'same', before: before++, after: after++, text }
      }
    })
    return i ? [{ kind: 'gap' as const, text: '' }, ...drawn] : drawn
  })
}
