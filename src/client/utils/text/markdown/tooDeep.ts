import type { MarkdownIt } from 'markdown-it'

/**
 * Levels of nesting that are drawn: twelve lists, which count two each, or 24 quotes. On a phone there is no room
 * for more.
 */
const DRAWN_LEVELS = 24

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
      let end = startLine + 1 // what stands further to the left belongs to a list around it, or to none
      while (end < endLine && (state.isEmpty(end) || (state.sCount[end] ?? 0) >= state.blkIndent))
        end++
      token.content = state.getLines(startLine, end, state.blkIndent, false).trimEnd()
      token.map = [startLine, end]
      state.line = end
    }
    return true
  }, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })
  markdown.renderer.rules.too_deep = (tokens, index) =>
    `<p class="as-written">${markdown.utils.escapeHtml(tokens[index]?.content ?? '')}</p>`
}
