import { decode } from './decoding.ts'
import type { Encoding } from './encodings.ts'

/* Text in two or four bytes a character, with a byte order mark before it or without one. */

const MARKS: readonly [Encoding, readonly number[]][] = [
  ['utf-8', [0xEF, 0xBB, 0xBF]],
  ['utf-32le', [0xFF, 0xFE, 0, 0]], // before UTF-16, whose mark it begins with
  ['utf-32be', [0, 0, 0xFE, 0xFF]],
  ['utf-16le', [0xFF, 0xFE]],
  ['utf-16be', [0xFE, 0xFF]],
]

/** The encoding that a byte order mark promises. */
export const markedEncoding = (bytes: Uint8Array): Encoding | undefined =>
  MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0]

/** Bytes that are looked at. */
const SAMPLE = 64 * 1024

const ASCII = /[\t-\r -~]/gu
/** What no text holds: control characters, characters that nobody has defined. */
const NO_TEXT = /(?![\t-\r])[\p{Cc}\p{Co}\p{Cn}\p{Cs}\uFFFD]/u
const SIGNS = '\\u00A0-\\u00BF\\u2000-\\u206F\\u20A0-\\u20CF\\u2100-\\u22FF\\p{Emoji_Presentation}'
/** A text is written in one of these, and in ASCII. */
const SCRIPTS = [
  'Latin', 'Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Thai', 'Devanagari',
].map(script => new RegExp(`[\\p{Script=${script}}${SIGNS}]`, 'gu'))
const EAST_ASIAN = new RegExp(`[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\u3000-\\u303F\\uFF00-\\uFFEF${SIGNS}]`, 'gu')
const EAST_ASIAN_SIGNS = /[\u3000-\u30FF\uFF00-\uFFEF]/gu

const countOf = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

/**
 * The encoding of bytes that are text in two or four bytes a character although no mark says so: read in that way
 * they are letters of one script. NULs are what such text in ASCII is full of, and what no other text has.
 */
export function unmarkedEncoding(bytes: Uint8Array): Encoding | undefined {
  const sample = bytes.subarray(0, SAMPLE)
  const hasNul = bytes.includes(0)
  const fits = (unit: number) => bytes.length % unit === 0 && bytes.length >= 2 * unit
  const candidates: Encoding[] = hasNul && fits(4) ? ['utf-32le', 'utf-32be'] : []
  if (fits(2))
    candidates.push('utf-16le', 'utf-16be')
  const ratings = candidates.map(encoding => ({ encoding, rating: hasNul ? rate(sample, encoding) : rateEastAsian(sample, encoding) }))
  return ratings.filter(({ rating }) => rating > 0).sort((a, b) => b.rating - a.rating)[0]?.encoding
}

/** 0: no text. More where there is more ASCII: two bytes of it in the wrong order are Chinese. */
function rate(sample: Uint8Array, encoding: Encoding): number {
  const text = textOf(sample, encoding)
  if (NO_TEXT.test(text))
    return 0
  const total = Array.from(text).length
  const ascii = countOf(text, ASCII)
  const written = Math.max(...[...SCRIPTS, EAST_ASIAN].map(script => countOf(text.replace(ASCII, ''), script)))
  return ascii + written >= 0.9 * total ? (2 * ascii + written) / total : 0
}

/** Without any NUL, so without ASCII and line breaks: Chinese, Japanese, with their own punctuation. */
function rateEastAsian(sample: Uint8Array, encoding: Encoding): number {
  const text = textOf(sample, encoding)
  const total = Array.from(text).length
  const hasControls = sample.some(byte => byte < 0x09) // halves of such punctuation; no other text has them
  if (total < 8 || !hasControls || NO_TEXT.test(text) || countOf(text, EAST_ASIAN_SIGNS) < 0.05 * total)
    return 0
  return countOf(text, EAST_ASIAN) >= 0.97 * total ? 1 : 0
}

/** Without the escapes of terminals, and without the end: the sample may end within a character. */
function textOf(sample: Uint8Array, encoding: Encoding): string {
  const text = decode(sample, encoding).text.replaceAll('\x1B', '')
  return sample.length === SAMPLE ? text.replace(/\uFFFD$/, '') : text
}
