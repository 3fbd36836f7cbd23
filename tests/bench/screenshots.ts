import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

// PNGs as screenshot tools make them: flat areas, lines of text, and a photo whose height decides how many bytes it takes.

export interface Screenshot {
  width: number
  height: number
  /** Rows of photo at the bottom; each takes about as many bytes as its pixels. */
  photoRows: number
  seed: number
}

/** Writes `count` of them, no two alike, and returns their paths. */
export async function writeScreenshots(folder: string, name: string, count: number, shot: Omit<Screenshot, 'seed'>): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async (_, i) => {
    const file = path.join(folder, `${name} ${String(i + 1).padStart(2, '0')}.png`)
    await writeFile(file, screenshot({ ...shot, seed: i + 1 }))
    return file
  }))
}

export function screenshot({ width, height, photoRows, seed }: Screenshot): Uint8Array {
  const random = xorshift(seed)
  const pixels = new Uint8Array(width * height * 3).fill(0xF8)
  drawText(pixels, width, height - photoRows, random)
  drawPhoto(pixels, width, height - photoRows, photoRows, random)
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]) // 8 bits for each of red, green and blue
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filterRows(pixels, width, height), { level: 4 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Lines of made-up letters, each a cell of 8 x 16 pixels with a pattern that returns. */
function drawText(pixels: Uint8Array, width: number, rows: number, random: () => number) {
  const letters = Array.from({ length: 40 }, () => Array.from({ length: 10 }, () => random() & 0x7E))
  for (let top = 8; top + 16 < rows; top += 20) {
    for (let left = 16; left + 8 < width * (0.4 + (random() & 0x7F) / 256); left += 8)
      drawLetter(pixels, width, left, top, letters[random() % letters.length]!)
  }
}

function drawLetter(pixels: Uint8Array, width: number, left: number, top: number, letter: readonly number[]) {
  for (const [y, bits] of letter.entries()) {
    for (let x = 0; x < 8; x++) {
      if (bits >> x & 1)
        pixels.fill(0x30, ((top + y) * width + left + x) * 3, ((top + y) * width + left + x + 1) * 3)
    }
  }
}

/** A gradient with the noise of a sensor. */
function drawPhoto(pixels: Uint8Array, width: number, top: number, rows: number, random: () => number) {
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const noise = random()
      const at = ((top + y) * width + x) * 3
      for (let color = 0; color < 3; color++)
        pixels[at + color] = 32 * color + 90 * x / width + 60 * y / rows + (noise >> 4 * color & 7)
    }
  }
}

/** Each byte as what it differs by from the pixel before it ("Sub"), which makes gradients small. */
function filterRows(pixels: Uint8Array, width: number, height: number) {
  const line = width * 3
  const filtered = new Uint8Array((line + 1) * height)
  for (let y = 0; y < height; y++) {
    filtered[y * (line + 1)] = 1
    for (let x = 0; x < line; x++)
      filtered[y * (line + 1) + 1 + x] = pixels[y * line + x]! - (x < 3 ? 0 : pixels[y * line + x - 3]!)
  }
  return filtered
}

function chunk(name: string, data: Uint8Array) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** The same seed, the same numbers: 32 bits without a sign. */
function xorshift(seed: number) {
  let state = seed * 2654435761 | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
