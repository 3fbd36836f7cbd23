import type { ByteRange } from '../storage/blobs/blobStore.ts'

/**
 * The part of `size` bytes that a `Range` header asks for. Undefined means all of it: no header, another
 * unit, several ranges. `unsatisfiable` when it lies behind the end.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === ''))
    return undefined
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) // not a range at all, and what is not one is ignored
    return undefined
  return start >= size ? 'unsatisfiable' : { start, end }
}
