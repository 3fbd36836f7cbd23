/** Control characters, and marks that hide or change the direction of what follows: a name with them would look like another. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u001F\u007F-\u009F\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g
/** Of those, all but what gives a text its lines. */
// eslint-disable-next-line no-control-regex
const HIDDEN_IN_LINES = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g

/** Where one would be deceived by what cannot be seen, something is seen. @param mark each hidden character becomes it */
export const withoutHidden = (text: string, mark = '\uFFFD'): string => text.replace(HIDDEN, mark)

/** Of a character that is two units of UTF-16 and was cut in two. */
const HALF = /[\uD800-\uDBFF]$/

/**
 * The text on one line, harmless to show: each hidden character becomes U+FFFD.
 * @param most characters of the result
 */
export function plainLine(text: string, most: number): string {
  const line = withoutHidden(text.slice(0, most + 1))
  return line.length > most ? `${line.slice(0, most - 1).replace(HALF, '')}…` : line
}

/** The whole text with its lines and tabs, harmless to show: each other hidden character becomes U+FFFD. */
export const plainText = (text: string): string => text.replace(/\r\n/g, '\n').replace(HIDDEN_IN_LINES, '\uFFFD')

/** Letters that are read from right to left: beside them a name would change places with the words around it. */
export const RIGHT = '\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFC\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}'
export const FROM_RIGHT = new RegExp(`[${RIGHT}]`, 'u')
/** What is between them has a direction of its own, and turns nothing else. */
const [APART, END] = ['\u2068', '\u2069']

/** The name of a file or session, wherever a person reads it: what would hide or turn a part of it is seen, as U+FFFD. */
export const shownName = (name: string): string => withoutHidden(name)

/** As one sees them: an accent belongs to its letter, and what makes one picture is one. */
export const charactersOf = (text: string): string[] =>
  'Segmenter' in Intl ? Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment) : Array.from(text)

/** Characters of a long name's beginning and of its end, which tells the type. */
const [FIRST, LAST] = [20, 12]

/** The same for a button, which is not read at length: of a long name its beginning and its end. */
export function shortName(name: string): string {
  const characters = charactersOf(name)
  return nameInSentence(characters.length > FIRST + LAST + 1 ? `${characters.slice(0, FIRST).join('')}…${characters.slice(-LAST).join('')}` : name)
}

/** The same in the middle of a sentence. Where it may stand in an element of its own, `bdi` does it. */
export function nameInSentence(name: string): string {
  const shown = shownName(name)
  return FROM_RIGHT.test(shown) ? `${APART}${shown}${END}` : shown
}

/** A sentence that was made of names as they were given. @param names those that are known to be in it */
export function shownSentence(text: string, names: readonly string[]): string {
  const sentence = text.split(new RegExp(`([${APART}${END}])`, 'u')).map((part, i) => i % 2 ? part : withoutHidden(part)).join('')
  return names.filter(name => FROM_RIGHT.test(name)).reduce((all, name) => all.replaceAll(shownName(name), nameInSentence(name)), sentence)
}
