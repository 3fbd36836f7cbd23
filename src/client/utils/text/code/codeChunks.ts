/** Lines that are asked for, and drawn, at a time. */
const LINES = 100
/** Characters: what is longer stays plain. */
const MOST = 1_000_000

/** Code in parts of some lines each, which are it when they are joined. None where it is too long, or nothing. */
export function codeChunks(code: string): string[] {
  if (!code.trim() || code.length > MOST)
    return []
  const lines = code.split(/(?<=\n)/)
  return Array.from({ length: Math.ceil(lines.length / LINES) }, (_, i) => lines.slice(i * LINES, (i + 1) * LINES).join(''))
}

/** The same text, in which each part that is something has a class that says what. */
export function colouredLines(chunk: string, lines: readonly (readonly [length: number, kind: string])[][]): DocumentFragment {
  const fragment = document.createDocumentFragment()
  let at = 0
  for (const line of lines) {
    for (const [length, kind] of line) {
      fragment.append(kind ? coloured(chunk.slice(at, at + length), kind) : chunk.slice(at, at + length))
      at += length
    }
    const end = /^\r?\n/.exec(chunk.slice(at, at + 2))?.[0] ?? ''
    fragment.append(end)
    at += end.length
  }
  fragment.append(chunk.slice(at))
  fragment.normalize()
  return fragment
}

function coloured(text: string, kind: string) {
  const span = document.createElement('span')
  span.className = `code-${kind}`
  span.textContent = text
  return span
}
