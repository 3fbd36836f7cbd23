/**
 * The text in these bytes, without a byte order mark, or undefined where they are not text.
 * UTF-8 and UTF-16 by their mark; else UTF-8 if the bytes are valid UTF-8; else Latin-1
 * (as windows-1252, like browsers do). A NUL means binary.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = decode(bytes)
  return text.includes('\0') ? undefined : text
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xFF && bytes[1] === 0xFE)
    return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xFE && bytes[1] === 0xFF)
    return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  }
  catch {
    return new TextDecoder('windows-1252').decode(bytes) // not UTF-8: every byte is some Latin-1 character
  }
}
