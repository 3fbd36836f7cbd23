import MarkdownIt, { type Env } from 'markdown-it'
import { readChecklists } from '../../../shared/markdown/checklists.ts'
import { readFootnotes } from '../../../shared/markdown/footnotes.ts'
import { isDisplayed, readMathematics } from '../../../shared/markdown/mathematics.ts'
import { markWordedLinks } from '../../../shared/markdown/wordedLinks.ts'
import { formulasOfPage } from './formulas.ts'

/** No HTML of an answer's own, and no pictures from elsewhere. */
const markdown = new MarkdownIt({ html: false, linkify: false }).disable('image')
markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow')
  return self.renderToken(tokens, index, options)
}

readChecklists(markdown, ticked => ticked ? 'Done' : 'To do')

/** The page lets no style through but its own: a column is aligned by an attribute. */
const alignCell: typeof markdown.renderer.rules[string] = (tokens, index, options, _env, self) => {
  const token = tokens[index]
  const side = /^text-align:(left|right|center)$/.exec(String(token?.attrGet('style')))?.[1]
  if (token && side) {
    token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style')
    token.attrSet('align', side)
  }
  return self.renderToken(tokens, index, options)
}
markdown.renderer.rules.th_open = alignCell
markdown.renderer.rules.td_open = alignCell

/** With what a text is drawn: what its footnotes are called, and how its formulas are drawn. */
interface Environment extends Env { docId: string, draw: ReturnType<typeof formulasOfPage> }

readFootnotes(markdown)
readMathematics(markdown)
markWordedLinks(markdown)
const asWritten = markdown.renderer.rules.math
markdown.renderer.rules.math = (tokens, index, options, env, self) => {
  const token = tokens[index]
  const drawn = token && (env as Environment).draw(token.content, isDisplayed(token))
  return drawn ?? asWritten?.(tokens, index, options, env, self) ?? ''
}

/** Makes HTML of a text. @param id its own on the page */
export type PageText = (text: string, id: string) => string

/** For the texts of one page. */
export function textsOfPage(): PageText {
  const draw = formulasOfPage()
  return (text, docId) => `<div class="text">${markdown.render(text, { docId, draw } satisfies Environment)}</div>`
}
