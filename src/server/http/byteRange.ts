import type { ByteRange } from '../storage/blobs/blobStore.ts'

/**
 * The part of `size` bytes that a `Range` header asks for. Undefined means all of it: no header, another
 * unit, several ranges. `unsatisfiable` when it lies behind the end.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '') ?? []
  if (first)
    return from(Number(first), last ? Number(last) : undefined, size)
  return last ? atEnd(Number(last), size) : undefined
}

function from(start: number, last: number | undefined, size: number) {
  if (last !== undefined && last < start) // not a range at all, and what is not one is ignored
    return undefined
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(last ?? size - 1, size - 1) }
}

function atEnd(bytes: number, size: number) {
  const count = Math.min(bytes, size)
  return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 }
}
