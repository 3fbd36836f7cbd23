import type { MarkdownIt } from 'markdown-it'

/** A number and the unit behind it. */
const FIGURE = /\d[\d.,]*[ \u00A0](?:%|°?[\p{L}µΩ/]{1,6})(?![\p{L}\d])/gu
/** Characters of a cell that stays on one line. */
const SHORT_CELL = 24

/** In a table no line ends between a figure and its unit, and short cells stay on one line. */
export function keepFiguresWhole(markdown: MarkdownIt) {
  const { rules } = markdown.renderer
  const { escapeHtml } = markdown.utils

  markdown.core.ruler.after('inline', 'figures', ({ tokens }) => {
    let inTable = false
    for (const token of tokens) {
      if (token.type === 'table_open' || token.type === 'table_close')
        inTable = token.type === 'table_open'
      if (inTable)
        token.children?.forEach((child) => { child.meta = { ...child.meta as object, inTable } })
    }
  })
  rules.text = (tokens, index) => {
    const token = tokens[index]
    const text = escapeHtml(token?.content ?? '')
    const { inTable } = (token?.meta ?? {}) as { inTable?: boolean }
    return inTable ? text.replace(FIGURE, '<span class="figure">$&</span>') : text
  }

  rules.table_open = () => '<div class="table"><table>'
  rules.table_close = () => '</table></div>'
  // Classes, because a strict content policy lets no `style` attribute through.
  rules.th_open = rules.td_open = (tokens, index) => {
    const token = tokens[index]
    const align = /right|center/.exec(String(token?.attrGet('style') ?? ''))?.[0]
    const isShort = (tokens[index + 1]?.content.length ?? 0) <= SHORT_CELL
    const classes = [align, isShort && 'short'].filter(Boolean).join(' ')
    return classes ? `<${token?.tag} class="${classes}">` : `<${token?.tag}>`
  }
}
