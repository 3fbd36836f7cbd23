import { jpeg } from '../../../../shared/images/jpeg.ts'
import { byteAt } from '../../../../shared/bytes/byteAt.ts'

export interface LosslessScan {
  /** Bits that were left out at the lower end of each sample. */
  shift: number
  /** Colours are brightness and two differences, not red, green and blue. */
  isYcc: boolean
}

/** Undefined where its samples are not one for each pixel, lie in several scans, or begin anew in between. */
export function readLosslessScan(bytes: Uint8Array): LosslessScan | undefined {
  const segments = [...jpeg.segments(bytes)].filter(({ cut }) => !cut)
  const frame = segments.find(({ name }) => name === 'SOF')
  const scans = segments.filter(({ name }) => name === 'SOS')
  const components = frame && bytes[frame.data + 5]
  const [scan] = scans
  if (!frame || !components || !scan || scans.length > 1 || bytes[scan.data] !== components)
    return undefined
  const sampling = Array.from({ length: components }, (_, i) => bytes[frame.data + 7 + 3 * i])
  const restarts = segments.some(({ name, data }) => name === 'dd' && (bytes[data] || bytes[data + 1]))
  if (restarts || sampling.some(factors => factors !== 0x11))
    return undefined
  const adobe = segments.find(({ name }) => name === 'APP14')
  const isJfif = segments.some(({ name, content }) => name === 'APP0' && content === 'picture')
  return { shift: byteAt(bytes, scan.data + 1 + 2 * components + 2) & 15, isYcc: adobe ? bytes[adobe.data + 11] === 1 : isJfif }
}
