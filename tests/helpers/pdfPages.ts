import { uint32 } from './bytes.ts'
import { pdf } from './pdfs.ts'

/** PDFs of one page, 200 x 200 points, whose drawing takes more than the reader of PDFs itself. */

const stream = (entries: string, data: Buffer | string) =>
  `<< ${entries} /Length ${Buffer.from(data as string, 'latin1').length} >>\nstream\n${Buffer.from(data as string, 'latin1').toString('latin1')}\nendstream`

const onePage = (resources: string, content: string, more: readonly string[]) => pdf([
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << ${resources} >> >>`,
  stream('', content),
  ...more,
])

/** "あいう" in Shift_JIS, in a font that is not in the file. */
export const japanesePdf = () => onePage('/Font << /F1 5 0 R >>', 'BT /F1 40 Tf 20 100 Td <82a082a282a4> Tj ET', [
  '<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light-90ms-RKSJ-H /Encoding /90ms-RKSJ-H /DescendantFonts [6 0 R] >>',
  '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 7 0 R /DW 1000 >>',
  '<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 /FontBBox [-170 -331 1024 903] /ItalicAngle 0 /Ascent 723 /Descent -241 /CapHeight 709 /StemV 69 >>',
])

/** One line in a font that every reader has. */
export const writtenPdf = (line: string) => onePage('/Font << /F1 5 0 R >>', `BT /F1 12 Tf 10 100 Td (${line}) Tj ET`, ['<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'])

const picturePdf = (entries: string, data: Buffer | string) => onePage('/XObject << /I 5 0 R >>', 'q 100 0 0 100 50 50 cm /I Do Q', [
  stream(`/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray ${entries}`, data),
])

/** A black square, as JBIG2. */
export const jbig2Pdf = () => picturePdf('/BitsPerComponent 1 /Filter /JBIG2Decode', blackJbig2())

/** A picture that says that it is JPEG 2000, and is nothing. */
export const brokenPicturePdf = () => picturePdf('/BitsPerComponent 8 /Filter /JPXDecode', 'nothing that could be decoded')

function blackJbig2(): Buffer {
  const size = [uint32(8), uint32(8)]
  const segment = (number: number, type: number, data: Buffer) =>
    Buffer.concat([uint32(number), Buffer.of(type, 0, 1), uint32(data.length), data])
  // As a fax: a run of eight black pixels, then seven lines like the one before, then the end.
  const bits = `001${'00110101'}${'000101'}${'11'.repeat(7)}${'000000000001'.repeat(2)}`
  const fax = Buffer.from(bits.padEnd(64, '0').match(/.{8}/g)!.map(byte => parseInt(byte, 2)))
  return Buffer.concat([
    segment(0, 48, Buffer.concat([...size, uint32(0), uint32(0), Buffer.of(0, 0, 0)])),
    segment(1, 38, Buffer.concat([...size, uint32(0), uint32(0), Buffer.of(0), Buffer.of(1), fax])),
  ])
}
