import type { MarkdownIt } from 'markdown-it'

const MARK = /^\[([ xX])\]\s+/

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
      box.meta = { ticked: ticked !== ' ' }
      token.children?.unshift(box)
      item.attrJoin('class', 'task')
    })
  })
  markdown.renderer.rules.checkbox = (tokens, index) => {
    const { ticked } = tokens[index]?.meta as { ticked: boolean }
    return `<input type="checkbox" disabled${ticked ? ' checked' : ''} aria-label="${ticked ? 'Done' : 'Not done'}">`
  }
}
