import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What a backup's files must be, as `sha256sum -c` reads it. */
export const SUMS_NAME = 'SHA256SUMS'

export const sumLine = (sha256: string, name: string): string => `${sha256}  ${name}\n`

/** By name. */
export function readSums(text: string): Map<string, string> {
  return new Map(text.split('\n').filter(Boolean).map(line => [line.slice(66), line.slice(0, 64)]))
}

/** Hex. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Looks at bytes while they pass by. */
function createSummer() {
  const hash = createHash('sha256')
  let bytes = 0
  const passing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  /** Once everything has passed. */
  return { passing, result: (): Summed => ({ sha256: hash.digest('hex'), bytes }) }
}

/** What bytes came to: how many, and their SHA-256 in hex. */
export interface Summed { bytes: number, sha256: string }

/** Hands bytes on to whoever takes them, and says what they came to. What goes wrong while they are read is thrown to that one. */
export async function summed(bytes: Readable, take: (bytes: Readable) => Promise<unknown>): Promise<Summed> {
  const { passing, result } = createSummer()
  bytes.on('error', error => passing.destroy(error))
  await take(bytes.pipe(passing))
  return result()
}
