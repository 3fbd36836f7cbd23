import type { MarkdownIt, StateBlock, Token } from 'markdown-it'

/** Characters of one formula; a longer one is shown as text. */
const LONGEST = 5000
/** Lines of one formula: what looks for an end that never comes must not read everything each time. */
export const MOST_LINES = 100

const INLINE = [['\\(', '\\)'], ['\\[', '\\]'], ['$$', '$$']] as const
const BLOCK = [['\\[', '\\]'], ['$$', '$$']] as const

/** It stands in a line of its own. Between `$$` within a sentence it belongs to that. */
export const isDisplayed = ({ block, markup }: Pick<Token, 'block' | 'markup'>): boolean => block || markup === '\\['

/** What was found last: a text that opens without end and never closes is searched once, not once for each opening. */
const found = new Map<string, { text: string, from: number, at: number }>()

function findNext(text: string, mark: string, from: number) {
  const last = found.get(mark)
  if (last?.text === text && last.from <= from && (last.at < 0 || last.at >= from))
    return last.at
  const at = text.indexOf(mark, from)
  found.set(mark, { text, from, at })
  return at
}

/** Where a line's text begins, and where it ends before its white space. */
const startOf = ({ bMarks, tShift }: StateBlock, line: number) => (bMarks[line] ?? 0) + (tShift[line] ?? 0)
function endOf({ src, bMarks, eMarks }: StateBlock, line: number) {
  let end = eMarks[line] ?? 0
  while (end > (bMarks[line] ?? 0) && /\s/.test(src[end - 1] ?? ''))
    end--
  return end
}

/**
 * Formulas between `\(` and `\)`, `\[` and `\]`, `$$` and `$$`; a single `$` is a dollar. They are drawn by
 * `drawFormulas`, and are readable before that: `<span class="math">` holds them as they were written.
 */
export function readMathematics(markdown: MarkdownIt) {
  const { escapeHtml } = markdown.utils

  markdown.inline.ruler.before('escape', 'math', (state, silent) => {
    const [open, close] = INLINE.find(([open]) => state.src.startsWith(open, state.pos)) ?? []
    if (open === undefined)
      return false
    const start = state.pos + open.length
    const end = findNext(state.src, close, start)
    const formula = state.src.slice(start, end)
    if (end < 0 || end - start > LONGEST || formula.trim() === '')
      return false
    if (!silent) {
      const token = state.push('math', 'span', 0)
      token.content = formula
      token.markup = open
    }
    state.pos = end + close.length
    return true
  })

  markdown.block.ruler.before('fence', 'math_block', (state, startLine, endLine, silent) => {
    const opening = startOf(state, startLine)
    const [open, close] = BLOCK.find(([open]) => state.src.startsWith(open, opening)) ?? []
    if (open === undefined)
      return false
    // Without cutting a line out: this is asked of every line that begins a formula which never ends.
    const ends = (line: number) => {
      const end = endOf(state, line)
      const start = line > startLine ? startOf(state, line) : opening + open.length
      return end - start >= close.length && state.src.startsWith(close, end - close.length)
    }
    const bound = Math.min(endLine, startLine + MOST_LINES)
    let last = startLine
    while (last < bound && !ends(last))
      last++
    if (last >= bound)
      return false
    const formula = state.getLines(startLine, last + 1, state.blkIndent, false).trim().slice(open.length, -close.length).trim()
    if (formula === '' || formula.length > LONGEST || formula.includes(close))
      return false
    if (!silent) {
      const token = state.push('math', 'div', 0)
      token.block = true
      token.map = [startLine, last + 1]
      token.content = formula
      token.markup = open
      state.line = last + 1
    }
    return true
  }, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })

  markdown.renderer.rules.math = (tokens, index) => {
    const token = tokens[index]
    const content = escapeHtml(token?.content ?? '')
    const display = token !== undefined && isDisplayed(token)
    const [open, close] = INLINE.find(([open]) => open === token?.markup) ?? ['', '']
    return `<${token?.tag} class="math${display ? ' display' : ''}" data-formula="${content}">${open}${content}${close}</${token?.tag}>`
  }
}
