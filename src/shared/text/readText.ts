import { declaredEncoding } from './declaredEncoding.ts'
import { decode, decodeRaw, type DecodedText } from './decoding.ts'
import { encodingOf, type Encoding } from './encodings.ts'
import { guessEncoding, type Detect } from './guessing.ts'
import { isNearlyUtf8, tryDecode } from './utf8.ts'
import { markedEncoding, unmarkedEncoding } from './wideText.ts'

/** How bytes were read as text. */
export interface TextReading {
  encoding: Encoding
  /** False where it is a guess that a person should look at. */
  certain: boolean
  /** How many characters could not be read: each is U+FFFD now. */
  replaced: number
  /** A byte order mark before UTF-8, which is no part of the text, was left out. */
  marked?: true
}

export interface ReadText extends TextReading {
  text: string
}

/** Characters in a thousand that may be unreadable in the encoding that a file declares for it to be believed. */
const BELIEVED = 5

/** Whether the bytes are text, in whatever encoding. A NUL, which is no text's, means that they are something else. */
export function isText(bytes: Uint8Array): boolean {
  const marked = markedEncoding(bytes)
  if (marked)
    return !decodeRaw(bytes, marked).text.includes('\0')
  return !bytes.includes(0) || unmarkedEncoding(bytes) !== undefined
}

/**
 * Reads bytes as text: by their mark; else in two or four bytes a character where they are that; else as UTF-8 where
 * they are that, or nearly; else as who gave them (`charset`), or they themselves, declare; else as a detector says.
 * @param charset what whoever sent the file calls its encoding
 * @returns undefined where the bytes are not text
 * @throws what `detect` throws: it is asked only where nothing else tells
 */
export async function readText(bytes: Uint8Array, detect: Detect, charset?: string): Promise<ReadText | undefined> {
  if (!isText(bytes))
    return undefined
  const plain = markedEncoding(bytes) ? undefined : tryDecode(bytes)
  if (plain !== undefined && !plain.includes('\0') && !isIso2022(plain))
    return { text: plain, encoding: 'utf-8', certain: true, replaced: 0 }
  const known = knownEncoding(bytes, plain, charset)
  const { encoding, certain } = known ? { encoding: known, certain: true } : await guessEncoding(bytes, detect)
  return readTextAs(bytes, encoding, certain)
}

/** In the encoding that a person has chosen, or that is known. */
export const readTextAs = (bytes: Uint8Array, encoding: Encoding, certain = true): ReadText =>
  ({ ...decode(bytes, encoding), encoding, certain, ...encoding === 'utf-8' && markedEncoding(bytes) === 'utf-8' && { marked: true } })

function knownEncoding(bytes: Uint8Array, plain: string | undefined, charset: string | undefined): Encoding | undefined {
  const sure = markedEncoding(bytes) ?? unmarkedEncoding(bytes) ?? (plain === undefined ? undefined : 'iso-2022-jp')
  if (sure)
    return sure
  const declared = [charset === undefined ? undefined : encodingOf(charset), declaredEncoding(bytes)]
    .find(encoding => encoding && encoding !== 'utf-8' && isBelieved(decode(bytes, encoding)))
  return declared ?? (isNearlyUtf8(bytes) ? 'utf-8' : undefined)
}

const isBelieved = ({ text, replaced }: DecodedText) => replaced * 1000 <= BELIEVED * text.length

/** Japanese in seven bits, between escapes that nothing else uses. */
const isIso2022 = (text: string) =>
  ['\x1B$B', '\x1B$@'].some(into => text.includes(into)) && ['\x1B(B', '\x1B(J'].some(back => text.includes(back))

/** Nothing is to be said of it. */
export const isPlain = ({ encoding, replaced, marked }: TextReading): boolean => encoding === 'utf-8' && replaced === 0 && !marked
