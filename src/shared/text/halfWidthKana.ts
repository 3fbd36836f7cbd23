/** Katakana of one byte each, as banks and tills write Japanese in Shift_JIS. In other encodings the same bytes are any letters. */
const isKana = (byte: number | undefined) => byte !== undefined && byte >= 0xA1 && byte <= 0xDF
const isSpoken = (byte: number | undefined) => byte !== undefined && byte >= 0xA6 && byte <= 0xDF
const isAsciiLetter = (byte: number | undefined) => byte !== undefined && /[A-Za-z]/.test(String.fromCharCode(byte))

const LONG = 0xB0
const VOICED = 0xDE
const HALF_VOICED = 0xDF
const MARKS = [LONG, VOICED, HALF_VOICED]

/** Kana below which the marks between them may be there by accident. */
const ENOUGH = 6

/** The sound that a mark after it changes: ｳ, ｶ to ﾄ, ﾊ to ﾎ; the second mark only the last ones. */
function takesMark(byte: number | undefined, mark: number): boolean {
  if (byte === undefined)
    return false
  const softens = byte >= 0xCA && byte <= 0xCE
  return softens || (mark === VOICED && (byte === 0xB3 || (byte >= 0xB6 && byte <= 0xC4)))
}

/** What can only follow another sound: small kana, the long mark, the two marks of voice. */
function standsWell(byte: number, before: number | undefined): boolean {
  if (byte === VOICED || byte === HALF_VOICED)
    return takesMark(before, byte)
  return (byte >= 0xA7 && byte <= LONG) ? isSpoken(before) : true
}

/**
 * Whether a text's bytes beyond ASCII may all be half-width kana: `possible` where nothing speaks against it, `likely`
 * where marks that only kana have stand where they belong.
 */
export function halfWidthKana(bytes: Uint8Array): 'no' | 'possible' | 'likely' {
  const foreign = bytes.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0)
  const isNo = bytes.some((byte, i) => byte >= 0x80 && !mayBeKana(byte, bytes[i - 1], bytes[i + 1]))
  if (foreign === 0 || isNo)
    return 'no'
  return foreign >= ENOUGH && MARKS.some(mark => bytes.includes(mark)) ? 'likely' : 'possible'
}

const mayBeKana = (byte: number, before: number | undefined, after: number | undefined) =>
  isKana(byte) && standsWell(byte, before) && !isAsciiLetter(before) && !isAsciiLetter(after)

/** Whether bytes tell of Shift_JIS by more than kana of one byte, which any bytes may be. */
export const hasOnlyKana = (bytes: Uint8Array): boolean => bytes.every(byte => byte < 0x80 || isKana(byte))
