declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it'

  /** Its notes' ids hold `docId` of the environment that a text is parsed with. */
  export default function footnote(markdown: MarkdownIt): void
}
