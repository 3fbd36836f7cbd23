import type { Disk, RealFile } from '../e2e/disk.ts'
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
    text: (n: number) => disk.text(`f${n}.txt`, `Grüße ${n}, 你好 👋\n${'and more of it\n'.repeat(random.int(0, 400))}`),
  }

  return {
    async make(): Promise<RealFile> {
      const kind = random.weighted({ png: 5, screenshot: 1, pdf: 2, text: 2, photo: 2, thesis: 1 })
      const file = await kinds[kind](++count)
      if (kind !== 'photo')
        hashes.set(file.name, file.sha256)
      return file
    },
    /** Whether this is what was given under this name: byte for byte, unless it had to be made smaller. */
    isIt: (name: string, file: { name: string, sha256: string }) => hashes.has(name) ? file.sha256 === hashes.get(name) : file.name === name,
  }
}
