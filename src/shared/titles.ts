import { LIMITS } from './attachments.ts'
import { plainLines } from './plainLines.ts'
import { charactersOf, shownName } from './plainText.ts'
import { wellFormed } from './wellFormed.ts'

/** What a session is called that nobody named and nothing was said in. */
export const UNTITLED = 'Untitled'

/** Characters of a title that is made from a message's first words. */
const DERIVED_CHARS = 60
/** UTF-16 units of a text that are read for its title: a title is asked for with every key that is pressed. */
const READ_UNITS = 2000

/** What takes no place, or turns the direction of what stands beside it. */
const UNSEEN = /(?!\s)\p{Cc}|[\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F]/gu
const READABLE = /[^\s\p{Cc}\p{Cf}]/u

/** One line, trimmed, at most as long as a title may be; empty if there is nothing to read in it. */
export function cleanTitle(title: string): string {
  const line = wellFormed(title).replace(UNSEEN, '').replace(/\s+/gu, ' ').trim()
  return READABLE.test(line) ? Array.from(line).slice(0, LIMITS.sessionTitleChars).join('').trim() : ''
}

/** Characters of a message's beginning. */
const BEGINNING_CHARS = 200

/** What a list shows of a message. */
export const beginningOf = (text: string): string =>
  Array.from(text.slice(0, 4 * BEGINNING_CHARS).replace(/\s+/gu, ' ').trim()).slice(0, BEGINNING_CHARS).join('')

/** What is known of a session that it could be called by. */
export interface Nameable {
  /** What a person called it. */
  given?: string
  /** Of its first message, or of its draft while there is none. */
  text?: string
  /** Of the first file of that message or draft. */
  filename?: string
}

/**
 * What a session is called, wherever it is named: as the person has named it, else by the first words of what was
 * written, without Markdown's marks, else by the first file. One line of at most `sessionTitleChars` characters.
 */
export const sessionTitle = ({ given = '', text = '', filename = '' }: Nameable): string =>
  cleanTitle(given) || derivedTitle(text, filename) || UNTITLED

/** What a session is called that nobody named; empty if nothing in it can be read. At most 61 characters. */
export function derivedTitle(text: string, filename = ''): string {
  const read = text.trimStart().slice(0, READ_UNITS)
  const line = plainLines(read).find(line => READABLE.test(line)) ?? shownName(filename)
  return shortened(cleanTitle(line.slice(0, READ_UNITS)))
}

/** Cut between two words where there is a place for it. */
function shortened(title: string): string {
  const characters = charactersOf(title)
  if (characters.length <= DERIVED_CHARS)
    return title
  const cut = characters.slice(0, DERIVED_CHARS).join('')
  const word = cut.lastIndexOf(' ')
  return `${word > DERIVED_CHARS / 2 ? cut.slice(0, word) : cut.trimEnd()}…`
}
