const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/
/** HTML may begin a block that ends with the document, such as `<!--`; an address may not. */
const BEGINS_HTML = /^( {0,3})<(?=[a-z/!?])(?!https?:|mailto:)/i

/** Markdown that changes nothing of what stands below it: open code is closed, and HTML is words. */
export function keptApart(markdown: string): string {
  let open = ''
  const lines = markdown.split('\n').map((line) => {
    const [, marks = '', rest = ''] = FENCE.exec(line) ?? []
    if (open) {
      if (marks.startsWith(open) && !rest.trim())
        open = ''
      return line
    }
    if (marks && !(marks.startsWith('`') && rest.includes('`')))
      open = marks
    return line.replace(BEGINS_HTML, '$1\\<')
  })
  return [...lines, ...open ? [open] : []].join('\n')
}
