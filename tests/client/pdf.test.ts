import { expect, test } from 'vitest'
import { inspectPdf } from '../../src/client/utils/pdf/pdf.ts'
import { pdfBytes } from '../helpers/images.ts'
import { certificatePdf, encryptedPdf, hollowPdf, pagelessPdf, repairablePdf } from '../helpers/pdfs.ts'

test.each([1, 4, 101])('the pages of a PDF are counted: %i', async (pages) => {
  expect(await inspectPdf(pdfBytes({ pages }))).toEqual({ pages })
})

test('a PDF that viewers repair is fine', async () => {
  expect(await inspectPdf(repairablePdf())).toEqual({ pages: 1 })
})

test('a PDF that opens without a password is taken, and known to restrict what may be done with it', async () => {
  expect(await inspectPdf(encryptedPdf())).toEqual({ pages: 1, restricted: true })
})

test.each([
  ['needs a password', encryptedPdf('secret')],
  ['is encrypted for certain people', certificatePdf()],
])('a PDF that %s is told apart from a damaged one', async (_, bytes) => {
  expect(await inspectPdf(bytes)).toBe('encrypted')
})

test.each([
  ['holds nothing', hollowPdf()],
  ['promises pages that are not there', pagelessPdf()],
])('a PDF that %s is broken, and the next one opens', async (_, bytes) => {
  const [broken, sound] = await Promise.all([inspectPdf(bytes), inspectPdf(pdfBytes())])

  expect(broken).toBe('broken')
  expect(sound).toEqual({ pages: 1 })
})

test('the bytes that were looked at are still there afterwards', async () => {
  const bytes = pdfBytes({ pages: 2 })

  await inspectPdf(bytes)

  expect(bytes).toEqual(pdfBytes({ pages: 2 }))
})
