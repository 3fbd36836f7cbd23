const MIDDLE_OF_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ'

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>()

/** Each character that an encoding has, with its bytes: found by decoding all that there are. */
function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding)
  if (known)
    return known
  const decoder = new TextDecoder(encoding, { fatal: true })
  const table = new Map<string, readonly number[]>()
  const add = (...bytes: number[]) => {
    try {
      const char = decoder.decode(Uint8Array.from(bytes))
      if (Array.from(char).length === 1 && !table.has(char))
        table.set(char, bytes)
    }
    catch {
      // no character
    }
  }
  for (let first = 0; first < 256; first++)
    add(first)
  if (/jis|euc|gb|big5/.test(encoding)) {
    for (let first = 0x81; first < 0xFF; first++) {
      for (let second = 0x40; second < 0xFF; second++)
        add(first, second)
    }
  }
  tables.set(encoding, table)
  return table
}

function bytesOf(char: string, encoding: string): readonly number[] {
  if (encoding === 'windows-1252') {
    const place = MIDDLE_OF_1252.indexOf(char)
    return [place < 0 ? char.charCodeAt(0) : 0x80 + place]
  }
  const bytes = tableOf(encoding).get(char)
  if (!bytes)
    throw new Error(`${encoding} has no ${char}`)
  return bytes
}

/** A text as a program of that time wrote it. */
export const legacyBytes = (text: string, encoding: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Array.from(text).flatMap(char => [...bytesOf(char, encoding)]))

/** UTF-16 or UTF-32 without a mark. */
export function wideBytes(text: string, bytesPerUnit: 2 | 4, littleEndian = true): Uint8Array<ArrayBuffer> {
  const units = bytesPerUnit === 4 ? Array.from(text, char => char.codePointAt(0)!) : Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  const view = new DataView(new ArrayBuffer(units.length * bytesPerUnit))
  units.forEach((unit, i) => bytesPerUnit === 4 ? view.setUint32(4 * i, unit, littleEndian) : view.setUint16(2 * i, unit, littleEndian))
  return new Uint8Array(view.buffer)
}
