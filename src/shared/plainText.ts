/** Control characters, and marks that hide or change the direction of what follows: a name with them would look like another. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g

/**
 * The text on one line, harmless to show: each hidden character becomes U+FFFD.
 * @param most characters of the result
 */
export function plainLine(text: string, most: number): string {
  const line = text.slice(0, most + 1).replace(HIDDEN, '\uFFFD')
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
