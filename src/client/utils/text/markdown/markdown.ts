import DOMPurify, { type Config } from 'dompurify'
import MarkdownIt, { type Env } from 'markdown-it'
import { readChecklists } from '../../../../shared/markdown/checklists.ts'
import { readFootnotes } from '../../../../shared/markdown/footnotes.ts'
import { readMathematics } from '../../../../shared/markdown/mathematics.ts'
import { keepFiguresWhole } from './figures.ts'
import { markWordedLinks } from '../../../../shared/markdown/wordedLinks.ts'
import { itemName } from './itemName.ts'
import { createTextCache } from './textCache.ts'
import { showTooDeepAsText } from './tooDeep.ts'

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
const { escapeHtml } = markdown.utils
markdown.use(readFootnotes)
readChecklists(markdown, (_ticked, item) => itemName(item))
markdown.use(readMathematics).use(showTooDeepAsText).use(keepFiguresWhole).use(markWordedLinks)

// Anything else stays the text it was: javascript:, data:, and paths that mean nothing here.
markdown.validateLink = url => /^(https?:|mailto:)/i.test(url.trim())

const rules = markdown.renderer.rules
rules.link_open = (tokens, index, options, _env, renderer) => {
  tokens[index]?.attrSet('target', '_blank')
  tokens[index]?.attrSet('rel', 'noopener noreferrer')
  return renderer.renderToken(tokens, index, options)
}
// A picture from another host would tell that host who reads this, and when. As a link it waits for a click.
rules.image = (tokens, index) => {
  const image = tokens[index]
  const address = escapeHtml(String(image?.attrGet('src') ?? ''))
  const words = escapeHtml(String(image?.content ?? ''))
  return `<a href="${address}"${words && ' class="worded"'} target="_blank" rel="noopener noreferrer">${words || address}</a>`
}
rules.fence = rules.code_block = (tokens, index) => {
  const token = tokens[index]
  const language = token?.info.trim().split(/\s+/)[0] ?? ''
  return '<div class="code">'
    + `<div class="code-header"><span>${escapeHtml(language)}</span><button type="button" class="copy">Copy code</button></div>`
    + `<pre><code>${escapeHtml(token?.content ?? '')}</code></pre>`
    + '</div>'
}

const PURIFY: Config = {
  ALLOWED_TAGS: [
    'a', 'blockquote', 'br', 'button', 'code', 'del', 'div', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'input',
    'li', 'ol', 'p', 'pre', 's', 'span', 'strong', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
  ],
  ALLOWED_ATTR: ['aria-label', 'checked', 'class', 'data-formula', 'disabled', 'href', 'id', 'rel', 'start', 'target', 'type'],
  // `#`: from a footnote's mark to the note and back, within one message.
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#fn(?:ref)?-)/i,
  ALLOW_DATA_ATTR: false,
  // The others must not look like an address to be kept.
  ADD_URI_SAFE_ATTR: ['aria-label', 'checked', 'data-formula', 'disabled', 'rel', 'start', 'target', 'type'],
}

/** Characters of blocks, and of what was made of them: of an answer that streams in its last ones come again with every frame. */
const PURIFIED = 1_000_000

const purify = createTextCache(block => DOMPurify.sanitize(block, PURIFY), PURIFIED)

/** What is found while a text is parsed and holds for all of it: where links lead, and notes. */
export interface Environment extends Env { docId: string, notes?: unknown, growing?: boolean, guessed?: boolean }

/** A block at the top level, as safe HTML, and the line that it begins with, infinite where the parser does not say. */
export interface Block { html: string, line: number }

/**
 * Markdown -> safe HTML, one string for each block at the top level: while text streams in, only the last one
 * differs, and those before it keep their selection, focus and place.
 */
export function parseBlocks(text: string, env: Environment): Block[] {
  const tokens = markdown.parse(text, env)
  const blocks: Block[] = []
  let start = 0
  tokens.forEach((token, index) => {
    if (token.level > 0 || token.nesting > 0)
      return
    const html = purify(markdown.renderer.render(tokens.slice(start, index + 1), markdown.options, env))
    blocks.push({ html, line: tokens[start]?.map?.[0] ?? Infinity })
    start = index + 1
  })
  return blocks
}
