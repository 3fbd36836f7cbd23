import type { MarkdownIt, Token } from 'markdown-it'

const MARK = /^\[([ xX])\]\s+/

/**
 * `- [x] done` is an item with a box that is ticked.
 * @param markdown a markdown-it; it is changed
 * @param nameOf what the box is called to who cannot see it, as text: whether it is ticked, and the item's pieces without the mark
 */
export function readChecklists(markdown: MarkdownIt, nameOf: (ticked: boolean, item: readonly Token[]) => string): void {
  markdown.core.ruler.after('inline', 'checklists', ({ tokens, Token }) => {
    for (const [i, { children }] of tokens.entries()) {
      const item = itemBefore(tokens, i)
      const ticked = item && takeMark(children?.[0])
      if (!children || ticked === undefined)
        continue
      const name = markdown.utils.escapeHtml(nameOf(ticked, children))
      const content = `<input type="checkbox" disabled${ticked ? ' checked' : ''} aria-label="${name}">`
      children.unshift(Object.assign(new Token('checkbox', 'input', 0), { content }))
      item?.attrJoin('class', 'task')
    }
  })
  markdown.renderer.rules.checkbox = (tokens, index) => tokens[index]?.content ?? ''
}

/** The item that begins with the paragraph of the token at `i`. */
const itemBefore = (tokens: readonly Token[], i: number): Token | undefined =>
  tokens[i - 1]?.type === 'paragraph_open' && tokens[i - 2]?.type === 'list_item_open' ? tokens[i - 2] : undefined

/** Takes the mark off an item's text. @returns whether it is ticked; undefined where there is no mark */
function takeMark(first: Token | undefined): boolean | undefined {
  const match = first?.type === 'text' ? MARK.exec(first.content) : null
  if (!first || !match)
    return undefined
  first.content = first.content.slice(match[0].length)
  return match[1] !== ' '
}
