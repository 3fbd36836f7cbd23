export interface TextPart { text: string, href?: string }

const ADDRESS = /https?:\/\/[^\s<>"'`]+/g
/** Punctuation that ends the sentence, not the address. */
const TAIL = new Set(').,;:!?]}*_')

function withoutTail(address: string) {
  let end = address.length
  while (TAIL.has(address.charAt(end - 1)))
    end--
  return address.slice(0, end)
}

/** The text in pieces, addresses of the web apart; together they are the text, letter by letter. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = withoutTail(found)
    if (index > end)
      parts.push({ text: text.slice(end, index) })
    parts.push(URL.canParse(address) ? { text: address, href: address } : { text: address })
    end = index + address.length
  }
  if (end < text.length)
    parts.push({ text: text.slice(end) })
  return parts
}
