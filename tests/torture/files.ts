import type { Disk, RealFile } from '../e2e/disk.ts'
import { heicBytes } from '../helpers/foreignImages.ts'
import { pdfBytes } from '../helpers/images.ts'
import type { Random } from './random.ts'

export type Files = ReturnType<typeof createFiles>

/** Files to attach, no two alike: what turns up twice was doubled, and what is missing was lost. */
export function createFiles(disk: Disk, random: Random) {
  const hashes = new Map<string, string>()
  let count = 0

  const kinds = {
    png: (n: number) => disk.png(`f${n}.png`),
    screenshot: (n: number) => disk.screenshot(`f${n}.png`),
    pdf: (n: number) => disk.write(`f${n}.pdf`, Buffer.concat([pdfBytes({ pages: 2 }), Buffer.from(`\n% ${n}\n`)])),
    // Twelve megapixels and more are reduced, to another height each; every page of a long PDF is looked at. There is time for a kill.
    photo: (n: number) => disk.png(`f${n}.png`, { width: 4000 + 40 * n, height: 3000, colour: 'white' }),
    thesis: (n: number) => disk.write(`f${n}.pdf`, Buffer.concat([pdfBytes({ pages: 100 }), Buffer.from(`\n% ${n}\n`)])),
    // It is converted.
    heic: (n: number) => disk.write(`f${n}.heic`, heicOf(n)),
    text: (n: number) => disk.text(`f${n}.txt`, `Grüße ${n}, 你好 👋\n${'and more of it\n'.repeat(random.int(0, 400))}`),
  }

  async function make(kind: keyof typeof kinds): Promise<RealFile> {
    const file = await kinds[kind](++count)
    if (kind !== 'photo' && kind !== 'heic')
      hashes.set(file.name, file.sha256)
    return file
  }

  return {
    make: () => make(random.weighted({ png: 5, screenshot: 1, pdf: 2, text: 2, photo: 2, heic: 1, thesis: 1 })),
    /** As a person brings them home: one that is converted, one of whose hundred pages each is looked at, and twenty that are reduced. */
    makeRoll: () => Promise.all((['heic', 'thesis', ...Array.from({ length: 20 }, () => 'photo' as const)] as const).map(make)),
    /** Whether this is what was given under this name: byte for byte, unless it had to be made smaller or into something else. */
    isIt: (name: string, file: { name: string, sha256: string }) => hashes.has(name) ? file.sha256 === hashes.get(name) : file.name === name,
  }
}

/**
 * Another picture for each number up to 255, for what is made of it is to differ, too: it is cut to another size. Where
 * its sizes stand is ISO 23008-12: the grid's in `idat`, the whole picture's in the second `ispe`.
 */
function heicOf(n: number): Buffer {
  const bytes = Buffer.from(heicBytes())
  const [width, height] = [64 - 2 * (n % 16), 48 - 2 * (Math.floor(n / 16) % 16)]
  const grid = bytes.indexOf('idat') + 8
  bytes.writeUInt16BE(width, grid)
  bytes.writeUInt16BE(height, grid + 2)
  const extent = bytes.lastIndexOf('ispe') + 8
  bytes.writeUInt32BE(width, extent)
  bytes.writeUInt32BE(height, extent + 4)
  return bytes
}
