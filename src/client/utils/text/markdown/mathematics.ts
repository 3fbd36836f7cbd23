import type { MarkdownIt } from 'markdown-it'

/** Characters of one formula; a longer one is shown as text. */
const LONGEST = 5000

const INLINE = [['\\(', '\\)'], ['\\[', '\\]'], ['$$', '$$']] as const
const BLOCK = [['\\[', '\\]'], ['$$', '$$']] as const

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
    const end = state.src.indexOf(close, start)
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
    const first = state.src.slice((state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0), state.eMarks[startLine])
    const [open, close] = BLOCK.find(([open]) => first.startsWith(open)) ?? []
    if (open === undefined)
      return false
    for (let line = startLine; line < endLine; line++) {
      const lines = state.getLines(startLine, line + 1, state.blkIndent, false).trim()
      if (lines.length > LONGEST)
        return false
      if (lines.length < open.length + close.length || !lines.endsWith(close))
        continue
      const formula = lines.slice(open.length, -close.length).trim()
      if (formula.includes(close) || formula === '')
        return false
      if (!silent) {
        const token = state.push('math', 'div', 0)
        token.block = true
        token.content = formula
        token.markup = open
        state.line = line + 1
      }
      return true
    }
    return false
  }, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })

  markdown.renderer.rules.math = (tokens, index) => {
    const token = tokens[index]
    const content = escapeHtml(token?.content ?? '')
    const display = token?.markup !== '\\('
    return `<${token?.tag} class="math${display ? ' display' : ''}" data-formula="${content}">${content}</${token?.tag}>`
  }
}
