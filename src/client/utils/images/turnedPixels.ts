import type { ImageType } from '../../../shared/attachments.ts'
import { base64ToBytes } from '../../../shared/base64.ts'

/** Grey, stored 2 x 1 pixels wide, to be shown 1 x 2: its EXIF says orientation 6. */
export const TURNED: Partial<Record<ImageType, Uint8Array<ArrayBuffer>>> = {
  'image/png': base64ToBytes('iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAGmVYSWZNTQAqAAAACAABARIAAwAAAAEABgAAAAAAANZnS2kAAAALSURBVAiZYygHAwAJygLLOKrRIAAAAABJRU5ErkJggg=='),
  'image/webp': base64ToBytes('UklGRlgAAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4IBgAAAAwAQCdASoCAAEAAsBMJaQAA3AA/sr4AABFWElGGgAAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA'),
}
