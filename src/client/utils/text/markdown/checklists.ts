import type { MarkdownIt, Token } from 'markdown-it'

const MARK = /^\[([ xX])\]\s+/
/** Characters. */
const LONGEST_NAME = 120

/** `- [x] done` is an item with a box that is ticked. */
export function readChecklists(markdown: MarkdownIt) {
  markdown.core.ruler.after('inline', 'checklists', ({ tokens, Token }) => {
    tokens.forEach((token, i) => {
      const item = tokens[i - 2]
      if (token.type !== 'inline' || item?.type !== 'list_item_open' || tokens[i - 1]?.type !== 'paragraph_open')
        return
      const children = token.children ?? []
      const ticked = takeMark(children[0])
      if (ticked === undefined)
        return
      const box = new Token('checkbox', 'input', 0)
      box.meta = { ticked, name: nameOf(children) }
      children.unshift(box)
      item.attrJoin('class', 'task')
    })
  })
  markdown.renderer.rules.checkbox = (tokens, index) => {
    const { ticked, name } = tokens[index]?.meta as { ticked: boolean, name: string }
    return `<input type="checkbox" disabled${ticked ? ' checked' : ''} aria-label="${markdown.utils.escapeHtml(name)}">`
  }
}

/** Takes the mark off an item's text. @returns whether it is ticked; undefined where there is no mark */
function takeMark(first: Token | undefined): boolean | undefined {
  const match = first?.type === 'text' ? MARK.exec(first.content) : null
  if (!first || !match)
    return undefined
  first.content = first.content.slice(match[0].length)
  return match[1] !== ' '
}

/** What is to be done, without its marks, as far as a name should go. */
function nameOf(children: readonly Token[]) {
  const words = children.map(({ type, content }) => type.endsWith('break') ? ' ' : content).join('').trim()
  return words.length > LONGEST_NAME ? `${words.slice(0, LONGEST_NAME)}…` : words || 'Item'
}
