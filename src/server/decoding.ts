import { wellFormed } from './storage/filenames.ts'

/** Undefined unless it is exactly what an encoder writes: alphabet, padding, no white space, no left-over bits. */
export function decodeBase64(data: string): Buffer | undefined {
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data))
    return undefined
  const bytes = Buffer.from(data, 'base64')
  const lastQuantum = bytes.subarray(bytes.length - (bytes.length % 3 || 3)).toString('base64')
  return bytes.length === 0 || data.endsWith(lastQuantum) ? bytes : undefined
}

/** Without the mark that some editors put before a text, and without half characters. */
export const plainText = (data: string): string => wellFormed(data.replace(/^\uFEFF/, ''))
