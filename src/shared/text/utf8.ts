import type { DecodedText } from './decoding.ts'
import { byteAt } from '../bytes/byteAt.ts'

/** Bytes that follow a byte that begins a character; 0 where none is begun, or the byte can begin none. */
function followersOf(first: number): number {
  if (first >= 0xC2 && first <= 0xDF)
    return 1
  if (first >= 0xE0 && first <= 0xEF)
    return 2
  return first >= 0xF0 && first <= 0xF4 ? 3 : 0
}

const isFollower = (byte: number | undefined) => byte !== undefined && byte >= 0x80 && byte <= 0xBF

/** How many of the next bytes are followers, at most `most`. */
function countFollowers(bytes: Uint8Array, from: number, most: number) {
  let count = 0
  while (count < most && isFollower(bytes[from + count]))
    count++
  return count
}

/**
 * Whether bytes that are not quite UTF-8 are meant as it: a few of them are bad, or they end within a character.
 * In any other encoding whole characters of UTF-8 come about by accident only, and much else beside them.
 */
export function isNearlyUtf8(bytes: Uint8Array): boolean {
  let good = 0
  let bad = 0
  for (let i = 0; i < bytes.length; i++) {
    const first = byteAt(bytes, i)
    if (first < 0x80)
      continue
    const expected = followersOf(first)
    const found = countFollowers(bytes, i + 1, expected)
    const isLast = expected > 0 && i + 1 + found === bytes.length // whole, or cut by the end
    const isSound = found > 0 && (found === expected || isLast)
    if (isSound)
      good += found
    else if (!isLast || good === 0)
      bad++
    i += found
  }
  return good > 0 && good >= 2 * bad
}

export function decodeUtf8(bytes: Uint8Array): DecodedText {
  const text = tryDecode(bytes)
  if (text !== undefined)
    return { text, replaced: 0 }
  const lenient = new TextDecoder().decode(withoutSurrogates(bytes))
  return { text: lenient, replaced: countReplacements(new TextEncoder().encode(lenient)) - countReplacements(bytes) }
}

export function tryDecode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  }
  catch {
    return undefined
  }
}

/** Half characters, which some programs write in three bytes: each becomes one U+FFFD, which has three as well. */
function withoutSurrogates(bytes: Uint8Array): Uint8Array {
  const clean = bytes.slice()
  for (let i = clean.indexOf(0xED); i >= 0; i = clean.indexOf(0xED, i + 1)) {
    if (byteAt(clean, i + 1) >= 0xA0 && isFollower(clean[i + 1]) && isFollower(clean[i + 2]))
      clean.set([0xEF, 0xBF, 0xBD], i)
  }
  return clean
}

function countReplacements(bytes: Uint8Array): number {
  let count = 0
  for (let i = bytes.indexOf(0xEF); i >= 0; i = bytes.indexOf(0xEF, i + 1))
    count += bytes[i + 1] === 0xBF && bytes[i + 2] === 0xBD ? 1 : 0
  return count
}
