import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pdfBytes, pngBytes, type PngOptions } from '../helpers/images.ts'

/** A file as a person has it on their disk. */
export interface RealFile {
  name: string
  path: string
  /** Hex, of its bytes. */
  sha256: string
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

export type Disk = Awaited<ReturnType<typeof openDisk>>

/** A folder with real files, of one test. */
export async function openDisk() {
  const folder = await mkdtemp(path.join(tmpdir(), 'satchel-files-'))
  let seed = 0

  async function write(name: string, bytes: Uint8Array | string): Promise<RealFile> {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, bytes)
    return { name: path.basename(name), path: file, sha256: sha256(bytes) }
  }

  return {
    folder,
    write,
    /** No two of a test are alike. */
    png: (name = 'shot.png', size: Omit<PngOptions, 'seed'> = {}) => write(name, pngBytes({ width: 60, height: 50, ...size, seed: ++seed })),
    /** About 2 MB, which no compression makes smaller. */
    screenshot: (name = 'screenshot.png') => write(name, pngBytes({ width: 880, height: 800, seed: ++seed })),
    pdf: (name = 'report.pdf') => write(name, pdfBytes({ pages: 2 })),
    text: (name = 'notes.txt', text = 'Grüße, 你好 👋\nand a second line\n') => write(name, text),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
