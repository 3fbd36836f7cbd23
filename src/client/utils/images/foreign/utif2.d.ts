import 'utif2'

declare module 'utif2' {
  /** Row by row, the components of a pixel side by side. Missing in the package's own types. */
  export function LosslessJpegDecode(jpeg: Uint8Array): Uint8Array | Uint16Array
}
