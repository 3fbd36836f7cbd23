import { formatBytes } from '../../../shared/attachments.ts'
import type { OriginalImage } from '../../../shared/files/origins.ts'
import { formatPhrase } from '../../../shared/images/foreign/phrases.ts'

/** A drawing has no pixels of its own: what is said are those that it was drawn at. */
const DRAWING = 'SVG'

/** "Made from an AVIF of 40 × 30, 2 KB.": what a picture was that is not sent as it was given, and what it lost. */
export function conversionRemark({ format, width, height, size, turned, animated, pages = 1 }: OriginalImage): string {
  const pixels = `${width} × ${height}`
  const made = format === DRAWING
    ? `Made from a drawing (SVG), ${pixels} pixels.`
    : `Made from ${formatPhrase(format)} of ${pixels}, ${formatBytes(size)}.`
  return [
    made,
    turned && 'It was turned upright: its pixels lay on their side or upside down.',
    animated && 'It moved: only its first frame is left.',
    pages > 1 && `It has ${pages} pages: only the first is here.`,
  ].filter(Boolean).join(' ')
}

/** What a conversion left out, as a sentence that is told at once; undefined where it is all there. */
export function lossNotice(name: string, { animated, pages = 1 }: OriginalImage): string | undefined {
  if (animated)
    return `${name} moves: only its first frame was converted, and that is what Claude sees.`
  return pages > 1 ? `${name} has ${pages} pages: only the first was converted. Save it as a PDF to attach them all.` : undefined
}
