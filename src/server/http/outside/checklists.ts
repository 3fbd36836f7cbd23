import type { MarkdownIt, Token } from 'markdown-it'

const MARK = /^\[([ xX])\]\s+/
const BOXES = { done: '<input type="checkbox" disabled checked aria-label="Done">', open: '<input type="checkbox" disabled aria-label="To do">' }

/** `- [x] done` is an item with a box that is ticked, as in the app. */
export function readChecklists(markdown: MarkdownIt): void {
  markdown.core.ruler.after('inline', 'checklists', ({ tokens, Token }) => {
    for (const [i, { children }] of tokens.entries()) {
      const item = tokens[i - 2]
      const mark = item?.type === 'list_item_open' ? takeMark(children?.[0]) : undefined
      if (!mark)
        continue
      item?.attrJoin('class', 'task')
      children?.unshift(Object.assign(new Token('checkbox', 'input', 0), { content: mark === ' ' ? BOXES.open : BOXES.done }))
    }
  })
  markdown.renderer.rules.checkbox = (tokens, index) => tokens[index]?.content ?? ''
}

/** Takes it off an item's text. */
function takeMark(first: Token | undefined): string | undefined {
  const [mark, kind] = first?.type === 'text' ? MARK.exec(first.content) ?? [] : []
  if (first && mark)
    first.content = first.content.slice(mark.length)
  return kind
}
