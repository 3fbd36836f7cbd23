/** 0x80 to 0x9F, where it differs from Latin-1. */
const MIDDLE = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ'
const CHUNK = 8192

/** By hand: Node 20 takes this part of it for Latin-1, and both sides have to read the same. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += CHUNK)
    parts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK)))
  return parts.join('').replace(/[\x80-\x9F]/g, char => MIDDLE.charAt(char.charCodeAt(0) - 0x80))
}
