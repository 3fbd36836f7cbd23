import { randomBytes } from 'node:crypto'
import sharp from 'sharp'

/** A picture that nobody has sent before, as a PNG. @param side in pixels */
export const noise = (side: number): Promise<Uint8Array> =>
  sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } }).png().toBuffer()
