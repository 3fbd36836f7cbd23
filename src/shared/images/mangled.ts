import { asciiAt } from './segment.ts'

/** How a byte of 0x89 looks after what takes files for text: bit 8 cut off, as UTF-8, as the mark for what is no UTF-8, as a question mark. */
const PNG_AS_TEXT = /^(\x89|\t|\xC2\x89|\xEF\xBF\xBD|\?)PNG[\r\n]{1,4}[^I]?[\r\n]{0,4}[\0\r\n]{3,7}IHDR/
/** Four marks for what is no UTF-8, where FF D8 FF E0 was. */
const JPEG_AS_TEXT = /^(\xEF\xBF\xBD){3,4}.{0,12}(JFIF|Exif)\0/s
const PNG = '\x89PNG\r\n\x1A\n'

/**
 * A picture that went through something that takes files for text, such as FTP in text mode: its line ends, or all
 * its bytes over 127, are others. Nothing brings them back.
 */
export function mangledPicture(bytes: Uint8Array): 'PNG' | 'JPEG' | undefined {
  const beginning = asciiAt(bytes, 0, 40)
  if (PNG_AS_TEXT.test(beginning) && !beginning.startsWith(PNG))
    return 'PNG'
  return JPEG_AS_TEXT.test(beginning) ? 'JPEG' : undefined
}

/** A PNG whose first bytes are wrong, in another way than a transfer as text leaves them. */
export function isBrokenPng(bytes: Uint8Array): boolean {
  const beginning = asciiAt(bytes, 0, 16)
  return !beginning.startsWith(PNG) && !mangledPicture(bytes) && beginning.slice(12) === 'IHDR'
    && Array.from(PNG).filter((char, i) => beginning[i] === char).length >= 5
}
