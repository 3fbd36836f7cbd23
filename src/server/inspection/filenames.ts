import path from 'node:path'
import { LIMITS } from '../../shared/attachments.ts'
import { withoutHidden } from '../../shared/plainText.ts'
import { wellFormed } from '../../shared/wellFormed.ts'

/** File systems end at 255 bytes; some room stays for a suffix such as `-2`. */
const SAFE_NAME_BYTES = 200
const EXTENSION = /\.[^./\\\s]{1,16}$/u

// What Windows reserves, what separates folders, and what joins letters without being seen.
const UNSAFE = /[<>:"/\\|?*\u200C\u200D]/gu
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** The name as it is stored and shown: the person's own, cut by characters with its extension kept. */
export function storedFilename(name: string): string {
  const characters = Array.from(wellFormed(name))
  if (characters.length <= LIMITS.filenameChars)
    return characters.join('')
  const extension = Array.from(EXTENSION.exec(characters.join(''))?.[0] ?? '')
  return [...characters.slice(0, LIMITS.filenameChars - extension.length), ...extension].join('')
}

/** A name that can be given to a file on any system: no folder, no link to one, no dotfile, no device. */
export function safeFilename(name: string): string {
  const plain = withoutHidden(wellFormed(name).normalize('NFC'), '_').replace(UNSAFE, '_').replace(/^[.\s]+|[.\s]+$/g, '')
  const named = plain === '' || /^_+$/.test(plain) ? 'file' : plain
  return cutToBytes(RESERVED.test(named) ? `_${named}` : named)
}

/** `shot.png`, 2 -> `shot-2.png` */
export function numbered(name: string, number: number): string {
  if (number === 1)
    return name
  const { name: stem, ext } = path.parse(name)
  return `${stem}-${number}${ext}`
}

function cutToBytes(name: string) {
  if (Buffer.byteLength(name) <= SAFE_NAME_BYTES)
    return name
  const extension = EXTENSION.exec(name)?.[0] ?? ''
  let stem = ''
  for (const character of name.slice(0, name.length - extension.length)) {
    if (Buffer.byteLength(stem + character + extension) > SAFE_NAME_BYTES)
      break
    stem += character
  }
  return stem + extension
}
