import type { MarkdownIt, Token } from 'markdown-it'

const MARK = /^\[([ xX])\]\s+/
/** Characters. */
const LONGEST_NAME = 120

/** `- [x] done` is an item with a box that is ticked. */
export function readChecklists(markdown: MarkdownIt) {
  markdown.core.ruler.after('inline', 'checklists', ({ tokens, Token }) => {
    tokens.forEach((token, i) => {
      const [item, paragraph] = [tokens[i - 2], tokens[i - 1]]
      const first = token.children?.[0]
      const [mark, ticked] = MARK.exec(first?.content ?? '') ?? []
      if (token.type !== 'inline' || item?.type !== 'list_item_open' || paragraph?.type !== 'paragraph_open' || first?.type !== 'text' || mark === undefined)
        return
      first.content = first.content.slice(mark.length)
      const box = new Token('checkbox', 'input', 0)
      box.meta = { ticked: ticked !== ' ', name: nameOf(token.children ?? []) }
      token.children?.unshift(box)
      item.attrJoin('class', 'task')
    })
  })
  markdown.renderer.rules.checkbox = (tokens, index) => {
    const { ticked, name } = tokens[index]?.meta as { ticked: boolean, name: string }
    return `<input type="checkbox" disabled${ticked ? ' checked' : ''} aria-label="${markdown.utils.escapeHtml(name)}">`
  }
}

/** What is to be done, without its marks, as far as a name should go. */
function nameOf(children: readonly Token[]) {
  const words = children.map(({ type, content }) => type.endsWith('break') ? ' ' : content).join('').trim()
  return words.length > LONGEST_NAME ? `${words.slice(0, LONGEST_NAME)}…` : words || 'Item'
}
