import { wellFormed } from '../../shared/wellFormed.ts'

/** Undefined unless it is exactly what an encoder writes: alphabet, padding, no white space, no left-over bits. */
export function decodeBase64(data: string): Buffer | undefined {
  const bytes = Buffer.from(data, 'base64') // takes anything; a tenth of the time that looking at each character takes
  return isExact(data, bytes) ? bytes : undefined
}

/** What is none of the alphabet was left out, and some bytes are missing; but for the other alphabet, and characters beyond ASCII that look like one of it. */
function isExact(data: string, bytes: Buffer): boolean {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0
  const isWhole = data.length % 4 === 0 && bytes.length === data.length / 4 * 3 - padding
  const last = bytes.subarray(padding - 3)
  return isWhole && !data.includes('-') && !data.includes('_') && Buffer.byteLength(data) === data.length && last.toString('base64') === data.slice(-4)
}

/** Without the mark that some editors put before a text, and without half characters. */
export const plainText = (data: string): string => wellFormed(data.replace(/^\uFEFF/, ''))
