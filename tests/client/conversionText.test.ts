import { expect, test } from 'vitest'
import { conversionRemark, lossNotice } from '../../src/client/utils/attachments/conversionText.ts'

const made = { width: 40, height: 30, size: 2048 }

test.each([
  ['AVIF', 'Made from an AVIF of 40 × 30, 2 KB.'],
  ['HEIC', 'Made from a HEIC photo of 40 × 30, 2 KB.'],
  ['TIFF', 'Made from a TIFF of 40 × 30, 2 KB.'],
  ['ICO', 'Made from an icon (ICO) of 40 × 30, 2 KB.'],
  ['lossless JPEG', 'Made from a lossless JPEG of 40 × 30, 2 KB.'],
  ['PNG', 'Made from a PNG of 40 × 30, 2 KB.'],
  ['SVG', 'Made from a drawing (SVG), 40 × 30 pixels.'],
])('what was made from a picture of type %s says so', (format, sentence) => {
  expect(conversionRemark({ format, ...made })).toBe(sentence)
})

test('what a conversion left out is said', () => {
  expect(conversionRemark({ format: 'AVIF', ...made, animated: true })).toMatch(/It moved: only its first frame is left\.$/)
  expect(conversionRemark({ format: 'TIFF', ...made, pages: 3 })).toMatch(/It has 3 pages: only the first is here\.$/)
  expect(conversionRemark({ format: 'WebP', ...made, turned: true })).toMatch(/It was turned upright/)
  expect(lossNotice('star.avif', { format: 'AVIF', ...made, animated: true })).toBe('star.avif moves: only its first frame was converted, and that is what Claude sees.')
  expect(lossNotice('fax.tif', { format: 'TIFF', ...made, pages: 3 })).toMatch(/^fax\.tif has 3 pages: only the first was converted\./)
  expect(lossNotice('photo.heic', { format: 'HEIC', ...made })).toBeUndefined()
})
