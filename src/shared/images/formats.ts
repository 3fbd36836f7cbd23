import type { ImageType } from '../attachments.ts'
import { gif } from './gif.ts'
import { jpeg } from './jpeg.ts'
import { png } from './png.ts'
import type { ImageFormat } from './segment.ts'
import { webp } from './webp.ts'

export const FORMATS: Record<ImageType, ImageFormat> = {
  'image/png': png,
  'image/jpeg': jpeg,
  'image/gif': gif,
  'image/webp': webp,
}
