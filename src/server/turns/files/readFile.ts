import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { LIMITS } from '../../../shared/attachments.ts'
import { stampOf } from '../../storage/workspace/walk.ts'

const PIECE_BYTES = 256 * 1024

/** It was written to while it was read. */
export class FileChangingError extends Error {}

export interface ReadFile {
  /** Bytes. */
  size: number
  /** Hex. */
  sha256: string
  /** Of the file that was read. */
  stamp: string
  mode: number
  /** All of it, or its beginning where it is larger than what is looked at. */
  head: Buffer
}

/** Looks at all bytes of an open file, in pieces. @throws `FileChangingError` */
export async function readWhole(file: FileHandle): Promise<ReadFile> {
  const before = await file.stat({ bigint: true })
  const size = Number(before.size)
  const hash = createHash('sha256')
  const head: Buffer[] = []
  let kept = 0
  for await (const piece of pieces(file, size)) {
    hash.update(piece)
    if (kept < LIMITS.uploadBytes)
      head.push(piece)
    kept += piece.length
  }
  const stamp = stampOf(before)
  if (stampOf(await file.stat({ bigint: true })) !== stamp)
    throw new FileChangingError()
  return { size, sha256: hash.digest('hex'), stamp, mode: Number(before.mode) & 0o777, head: Buffer.concat(head) }
}

/** The same bytes once more. It breaks off with `FileChangingError` where they are others by now. */
export function readAgain(file: FileHandle, { size, sha256, head }: ReadFile): Buffer | Readable {
  return head.length === size ? head : Readable.from(verified())

  async function* verified() {
    const hash = createHash('sha256')
    for await (const piece of pieces(file, size)) {
      hash.update(piece)
      yield piece
    }
    if (hash.digest('hex') !== sha256)
      throw new FileChangingError()
  }
}

/** As many bytes as it had, though it grows. */
async function* pieces(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  let position = 0
  while (position < size) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(PIECE_BYTES, size - position)), 0, undefined, position)
    if (bytesRead === 0)
      throw new FileChangingError()
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}
