import { inspectBmp } from './bmp.ts'
import { UNREAD, type ForeignFacts } from './foreignFacts.ts'
import { inspectHeif } from './heif.ts'
import { inspectIco } from './ico.ts'
import type { ForeignImage } from './phrases.ts'
import { inspectTiff } from './tiff.ts'

const READERS: Partial<Record<ForeignImage, (bytes: Uint8Array) => ForeignFacts>> = {
  AVIF: inspectHeif,
  HEIC: inspectHeif,
  BMP: inspectBmp,
  ICO: inspectIco,
  CUR: inspectIco,
  TIFF: inspectTiff,
}

/** Never throws, whatever the bytes are, and takes linear time. */
export const inspectForeign = (bytes: Uint8Array, kind: ForeignImage): ForeignFacts => READERS[kind]?.(bytes) ?? UNREAD
