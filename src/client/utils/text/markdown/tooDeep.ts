import type { MarkdownIt } from 'markdown-it'

/** Levels of nesting that are drawn. A list counts two, one for itself and one for its item. */
const DRAWN_LEVELS = 90

/**
 * What is nested deeper is shown as the text it is. The parser itself would drop it without a word, from level
 * 100 on.
 */
export function showTooDeepAsText(markdown: MarkdownIt) {
  markdown.block.ruler.before('table', 'too_deep', (state, startLine, endLine, silent) => {
    if (state.level < DRAWN_LEVELS)
      return false
    if (!silent) {
      const token = state.push('too_deep', 'p', 0)
      token.content = state.getLines(startLine, endLine, state.blkIndent, false).trimEnd()
      state.line = endLine
    }
    return true
  }, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })
  markdown.renderer.rules.too_deep = (tokens, index) =>
    `<p class="as-written">${markdown.utils.escapeHtml(tokens[index]?.content ?? '')}</p>`
}
