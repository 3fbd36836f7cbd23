/** What ends a line, or a cell: words on both sides are two. */
const ENDS = /<br>|<\/(?:div|h[1-6]|li|p|pre|span|td|th)>/g

/** The words in HTML that is safe, as somebody looks for them. */
export function wordsOfHtml(html: string): string {
  const template = document.createElement('template')
  template.innerHTML = html.replace(ENDS, '$& ')
  return template.content.textContent
}
