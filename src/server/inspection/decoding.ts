import { wellFormed } from '../../shared/wellFormed.ts'

/** Characters that are decoded at once, a multiple of four. */
const PIECE = 64 * 1024

/** Undefined unless it is exactly what an encoder writes: alphabet, padding, no white space, no left-over bits. */
export function decodeBase64(data: string): Buffer | undefined {
  const isInAlphabet = isStandard(data) && Buffer.byteLength(data) === data.length
  const bytes = Buffer.from(data, 'base64') // takes anything; a tenth of the time that looking at each character takes
  return isInAlphabet && isExact(data.length, data.slice(-4), bytes) ? bytes : undefined
}

/**
 * As `decodeBase64`, of ASCII, whose place the bytes take: megabytes of new memory cost more than all that is done with
 * them.
 */
export function decodeInPlace(data: Buffer): Buffer | undefined {
  const isInAlphabet = isStandard(data)
  const end = data.toString('latin1', Math.max(0, data.length - 4))
  let length = 0
  for (let from = 0; from < data.length; from += PIECE)
    length += data.write(data.toString('latin1', from, from + PIECE), length, 'base64') // which never reaches what is still to be read
  const bytes = data.subarray(0, length)
  return isInAlphabet && isExact(data.length, end, bytes) ? bytes : undefined
}

/** The decoder takes the other alphabet as well. */
const isStandard = (data: string | Buffer) => !data.includes('-') && !data.includes('_')

/** What is none of the alphabet was left out, and some bytes are missing. @param end the last four of so many characters */
function isExact(length: number, end: string, bytes: Buffer): boolean {
  const padding = end.endsWith('==') ? 2 : end.endsWith('=') ? 1 : 0
  return length % 4 === 0 && bytes.length === length / 4 * 3 - padding && bytes.subarray(padding - 3).toString('base64') === end
}

/** Without the mark that some editors put before a text, and without half characters. */
export const plainText = (data: string): string => wellFormed(data.replace(/^\uFEFF/, ''))
