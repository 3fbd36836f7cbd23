/** A document's text, piece by piece, as long as there is room for it. */
export interface TextBuilder {
  /** A block of its own: an empty line stands before it. */
  block: (text: string) => void
  /** As a block, of what comes: alone it says nothing. */
  heading: (text: string) => void
  /** True from when on nothing more is taken. */
  isFull: () => boolean
  /** Nothing was said but headings. */
  isEmpty: () => boolean
  text: () => string
}

/** @param most bytes as UTF-8 */
export function createTextBuilder(most: number): TextBuilder {
  const blocks: string[] = []
  const encoder = new TextEncoder()
  let room = most
  let full = false
  let empty = true

  function heading(text: string) {
    room -= encoder.encode(text).length + 2
    full ||= room < 0
    if (!full)
      blocks.push(text)
  }

  return {
    heading,
    block(text) {
      if (!text.trim())
        return
      heading(text)
      empty = false
    },
    isFull: () => full,
    isEmpty: () => empty,
    text: () => blocks.join('\n\n'),
  }
}
