import { LIMITS } from './attachments.ts'
import { wellFormed } from './wellFormed.ts'

/** What a session is called that nobody named and nothing was said in. */
export const UNTITLED = 'Untitled'

/** Characters of a title that is made from a message's first line. */
const DERIVED_CHARS = 60

/** One line, trimmed, at most as long as a title may be; empty if there is nothing to read in it. */
export function cleanTitle(title: string): string {
  const line = wellFormed(title).replace(/\s+/gu, ' ').trim()
  return Array.from(line).slice(0, LIMITS.sessionTitleChars).join('').trim()
}

/** Characters of a message's beginning. */
const BEGINNING_CHARS = 200

/** What a list shows of a message. */
export const beginningOf = (text: string): string =>
  Array.from(text.slice(0, 4 * BEGINNING_CHARS).replace(/\s+/gu, ' ').trim()).slice(0, BEGINNING_CHARS).join('')

/** The first line of the text, cut at a word; without text the first file's name. */
export function deriveTitle(text: string, firstFilename: string | undefined): string {
  const firstLine = text.split(/\r?\n/u).find(line => line.trim() !== '') ?? firstFilename ?? ''
  const title = cleanTitle(firstLine)
  const characters = Array.from(title)
  if (characters.length <= DERIVED_CHARS)
    return title
  const cut = characters.slice(0, DERIVED_CHARS).join('')
  const word = cut.lastIndexOf(' ')
  return `${word > DERIVED_CHARS / 2 ? cut.slice(0, word) : cut}…`
}
