/** Control characters, and marks that hide or change the direction of what follows: a name with them would look like another. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g
/** Of those, all but what gives a text its lines. */
// eslint-disable-next-line no-control-regex
const HIDDEN_IN_LINES = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g

/**
 * The text on one line, harmless to show: each hidden character becomes U+FFFD.
 * @param most characters of the result
 */
export function plainLine(text: string, most: number): string {
  const line = text.slice(0, most + 1).replace(HIDDEN, '\uFFFD')
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** The whole text with its lines and tabs, harmless to show: each other hidden character becomes U+FFFD. */
export const plainText = (text: string): string => text.replace(/\r\n/g, '\n').replace(HIDDEN_IN_LINES, '\uFFFD')
