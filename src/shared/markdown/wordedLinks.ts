import type { MarkdownIt, Token } from 'markdown-it'

/**
 * A link whose words are not its address gets the class `worded`: on paper the address is written behind them.
 * @param markdown a markdown-it; it is changed
 */
export function markWordedLinks(markdown: MarkdownIt): void {
  markdown.core.ruler.push('worded links', ({ tokens }) => {
    for (const { children } of tokens) {
      for (const [i, token] of (children ?? []).entries()) {
        if (token.type === 'link_open' && isWorded(token, children?.[i + 1]))
          token.attrJoin('class', 'worded')
      }
    }
  })
}

/** `linkify` and `<https://...>` write the address as it stands in the text. */
const isWorded = (link: Token, words: Token | undefined): boolean =>
  !['linkify', 'autolink'].includes(link.markup) && words?.content !== link.attrGet('href')
