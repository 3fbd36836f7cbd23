// A file may have tens of megabytes in which words are looked for: its bytes are read as they are, ten times as quickly as
// a text made of them.

/** As XMP writes it, in whatever spelling of drones and editors. */
const POSITIONS = ['gpslatitude', 'gpslongitude', 'gps_latitude', 'gps_longitude'].map(codesOf)
/** As videos do. */
const VIDEO_POSITION = codesOf('\xA9xyz')

/** What small letters have and capitals have not. */
const SMALL = 0x20
const [G, P, SIGN, X] = codesOf('gp\xA9x')

function codesOf(word: string): readonly number[] {
  return Array.from(word, character => character.charCodeAt(0))
}

/** Whether a place on earth is named anywhere in it. Two bytes are looked at before a word is: also of a file of nothing but their first letters. */
export function namesPosition(bytes: Uint8Array): boolean {
  for (let at = 0; at + 1 < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const next = bytes[at + 1] ?? 0
    if ((byte | SMALL) === G && (next | SMALL) === P ? POSITIONS.some(word => isAt(bytes, at, word, SMALL)) : byte === SIGN && next === X && isAt(bytes, at, VIDEO_POSITION))
      return true
  }
  return false
}

/** Where a word begins, as often as `most`. @param word two Latin-1 characters or more, in exactly these letters */
export function occurrences(bytes: Uint8Array, word: string, most: number): number[] {
  const codes = codesOf(word)
  const [first, second] = codes
  const found: number[] = []
  for (let at = 0; at < bytes.length && found.length < most; at++) {
    if (bytes[at] === first && bytes[at + 1] === second && isAt(bytes, at, codes))
      found.push(at)
  }
  return found
}

/** @param alike bits that make no difference */
const isAt = (bytes: Uint8Array, at: number, word: readonly number[], alike = 0) =>
  word.every((code, i) => ((bytes[at + i] ?? 0) | alike) === (code | alike))
