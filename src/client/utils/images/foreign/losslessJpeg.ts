import * as utif from 'utif2'
import { inspectImage } from '../../../../shared/images/inspectImage.ts'
import { readJpegFrame } from '../../../../shared/images/jpegKind.ts'
import { readLosslessScan } from './losslessScan.ts'

/** Row by row, the components of a pixel side by side. The package's own types leave it out. */
const { LosslessJpegDecode } = utif as unknown as { LosslessJpegDecode: (jpeg: Uint8Array) => Uint8Array | Uint16Array }

/** Grey or colours, of 2 to 16 bits, as medical programs and scanners write them. */
export async function decodeLosslessJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const facts = inspectImage(bytes, 'image/jpeg')
  const frame = readJpegFrame(bytes)
  const scan = readLosslessScan(bytes)
  if (!facts || !frame || !scan || ![1, 3].includes(frame.components))
    throw new Error('a lossless JPEG of a kind that is not read here')
  const { width, height } = facts
  const samples = LosslessJpegDecode(bytes)
  if (samples.length !== width * height * frame.components)
    throw new Error('a lossless JPEG with more or fewer samples than it has pixels')

  // The library begins as if no bits had been left out: what it decodes is off by half of the difference.
  const offset = (1 << frame.precision - 1) - (1 << frame.precision - scan.shift - 1)
  const toByte = (sample: number) => {
    const value = sample - offset << scan.shift
    return frame.precision > 8 ? value >> frame.precision - 8 : value << 8 - frame.precision
  }
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * frame.components
    const byte = (component: number) => toByte(samples[at + (frame.components === 3 ? component : 0)] ?? 0)
    const colour = [byte(0), byte(1), byte(2)] as const
    pixels.set(scan.isYcc && frame.components === 3 ? toRgb(...colour) : colour, pixel * 4)
  }
  return createImageBitmap(new ImageData(pixels, width, height))
}

/** Brightness and two colour differences, as JFIF has them. */
const toRgb = (y: number, cb: number, cr: number) => [
  y + 1.402 * (cr - 128),
  y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
  y + 1.772 * (cb - 128),
]
