import type { types as PgTypes } from 'pg'

/*
 * PostgreSQL keeps no U+0000 in a text, and people's texts may hold one. It is stored as a character that Unicode
 * assigns to nobody, with a digit behind it; that character itself likewise, so that every text comes back as it was.
 */

const ESCAPE = '\u{10FFFF}'
const ESCAPED = new RegExp(`${ESCAPE}([01])`, 'gu')
const UNSTORABLE = new RegExp(`[\\0${ESCAPE}]`, 'gu')

/** A parameter as it is sent to the database: only texts change. */
export const storedText = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(UNSTORABLE, character => ESCAPE + (character === '\0' ? '0' : '1')) : value

/** The text that `storedText` was given. */
const givenText = (stored: string): string =>
  stored.includes(ESCAPE) ? stored.replace(ESCAPED, (_, digit) => digit === '0' ? '\0' : ESCAPE) : stored

/** By the number that PostgreSQL gives a type: int8, text, varchar, numeric. */
const READERS = new Map<number, (value: string) => unknown>([
  // Sums and counts of what the server itself counts: far below where a number is not exact any more.
  [20, Number],
  [1700, Number],
  [25, givenText],
  [1043, givenText],
])

/** How columns are read, as `pg` asks for it. */
export const readersOf = (types: typeof PgTypes) => ({
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => READERS.get(oid) ?? types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
})
