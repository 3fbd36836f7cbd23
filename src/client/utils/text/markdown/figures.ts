import type { MarkdownIt } from 'markdown-it'

/** A number, which may have gaps between its thousands, and the unit behind it or the currency before it. */
const NUMBER = String.raw`\d[\d.,]{0,20}(?:[ \u00A0\u202F]\d{3}(?!\d)[\d.,]{0,20}){0,6}`
const UNIT = String.raw`(?:[%‰€$£¥]|°?[\p{L}µΩ/²³]{1,12})(?![\p{L}\d])`
const FIGURE = new RegExp(String.raw`[€$£¥] ?${NUMBER}|(?:[±≈<>~-] ?)?${NUMBER}[ \u00A0\u202F]${UNIT}`, 'gu')
/** The unit of a number that is set apart from it, as in `**41** ms`. */
const UNIT_FIRST = new RegExp(String.raw`^[ \u00A0\u202F]${UNIT}`, 'u')
/** Characters of a cell that stays on one line. */
const SHORT_CELL = 24

/** In a table no line ends between a figure and its unit, and short cells stay on one line. */
export function keepFiguresWhole(markdown: MarkdownIt) {
  const { rules } = markdown.renderer
  const { escapeHtml } = markdown.utils

  const whole = (text: string) => `<span class="figure">${escapeHtml(text)}</span>`
  /** The figures kept whole, and what stands between them. */
  function inPieces(text: string) {
    let html = ''
    let end = 0
    for (const { 0: figure, index } of text.matchAll(FIGURE)) {
      html += escapeHtml(text.slice(end, index)) + whole(figure)
      end = index + figure.length
    }
    return html + escapeHtml(text.slice(end))
  }

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
    const text = token?.content ?? ''
    const { inTable } = (token?.meta ?? {}) as { inTable?: boolean }
    if (!inTable)
      return escapeHtml(text)
    const before = tokens.slice(Math.max(0, index - 2), index).map(({ content }) => content).join('')
    const [unit = ''] = /\d$/.test(before) ? UNIT_FIRST.exec(text) ?? [] : []
    return (unit && whole(unit)) + inPieces(text.slice(unit.length))
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
