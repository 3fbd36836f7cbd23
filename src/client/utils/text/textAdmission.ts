import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { charsetOf } from '../../../shared/text/charsetOf.ts'
import { isPlain, readText, readTextAs, type TextReading } from '../../../shared/text/readText.ts'
import type { Encoding } from '../../../shared/text/encodings.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import { detectEncoding } from './encodingDetector.ts'

/** What a draft keeps of a text. */
export interface AdmittedText {
  /** The text itself. */
  base64: string
  /** Bytes as UTF-8. */
  size: number
  /** Undefined where it is UTF-8 as it should be, and nothing is to be said or chosen. */
  reading: TextReading & { bytes: Uint8Array } | undefined
}

/**
 * A file's text, whatever its encoding.
 * @param claimedType its media type, which may name the encoding
 * @throws FileRejectedError; and where the part of the app that knows encodings could not be loaded
 */
export async function admitText(name: string, bytes: Uint8Array, claimedType = ''): Promise<AdmittedText> {
  const read = await readText(bytes, detectEncoding, charsetOf(claimedType))
  if (!read)
    throw new FileRejectedError(`${name} is not text: it holds binary data.`)
  const { text, ...reading } = read
  return { ...checked(name, text), reading: isPlain(reading) ? undefined : { ...reading, bytes } }
}

/** The same bytes in the encoding that a person has chosen. @throws FileRejectedError */
export function admitTextAs(name: string, bytes: Uint8Array, encoding: Encoding): AdmittedText {
  const { text, ...reading } = readTextAs(bytes, encoding)
  return { ...checked(name, text), reading: { ...reading, bytes } }
}

function checked(name: string, text: string) {
  if (!text.trim())
    throw new FileRejectedError(`${name} holds nothing but white space: there is nothing in it to attach.`)
  const size = new TextEncoder().encode(text).length
  if (size > LIMITS.fileBytes)
    throw new FileRejectedError(`${name} has ${formatBytes(size)} when it is read as text, in UTF-8; the limit is ${formatBytes(LIMITS.fileBytes)} for each file.`, { fitsFolder: true })
  return { base64: text, size }
}
