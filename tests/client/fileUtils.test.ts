import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import { bytesToBase64, base64ToBytes } from '../../src/shared/base64.ts'
import { fileToBase64, fileToText, getFileType, processFile, validateFile } from '../../src/client/utils/files/fileUtils.ts'
import { FileRejectedError } from '../../src/client/utils/limits/rejection.ts'
import { MissingPartError } from '../../src/client/utils/network/loadPart.ts'
import { file, gif, goneFile, jpeg, pdf, png, text, webp, zip } from '../helpers/files.ts'
import { bmpBytes, heicBytes, heifBoxes } from '../helpers/foreignImages.ts'
import { pngBytes, webpBytes } from '../helpers/images.ts'

const refusal = (given: File) => processFile(given, 's1').then(
  () => 'it was taken',
  (error: Error) => error instanceof FileRejectedError ? error.message : `not a refusal: ${error.message}`,
)
const bytes = (text: string) => new TextEncoder().encode(text)

test.each([
  [png(), 'image/png', 'image'], [jpeg(), 'image/jpeg', 'image'], [gif(), 'image/gif', 'image'], [webp(), 'image/webp', 'image'],
  [pdf(), 'application/pdf', 'pdf'], [text(), 'text/plain', 'txt'],
] as const)('%o is taken for what it is', async (given, mimeType, type) => {
  expect((await processFile(given, 's1')).media).toMatchObject({ sessionId: 's1', name: given.name, mimeType, type })
})

test('a photo is not refused where what converts it does not come', async () => {
  const away = () => Promise.reject(new MissingPartError(false))
  await expect(processFile(file('photo.heic', heicBytes()), 's1', 'id', { decodeApart: away })).rejects.toBeInstanceOf(MissingPartError)
})

test('the bytes decide, not the name and not what the system claims', async () => {
  const { media } = await processFile(file('photo.png', webpBytes(), 'image/png'), 's1')
  expect(media.mimeType).toBe('image/webp')

  const typescript = await processFile(file('clip.ts', bytes('const a = 1'), 'video/mp2t'), 's1')
  expect(typescript.media).toMatchObject({ mimeType: 'text/plain', name: 'clip.ts' })
})

test.each([
  ['nothing in it', file('empty.txt', new Uint8Array()), /^empty\.txt is empty/],
  ['a page called a picture', file('page.png', bytes('<html>'), 'image/png'), /^page\.png is not an image, although its name says so/],
  ['a text called a PDF', file('letter.pdf', bytes('Dear all')), /^letter\.pdf is not a PDF/],
  ['an archive', zip('a.zip'), /^a\.zip cannot be attached: only images, PDFs and text files can/],
  ['a binary called text', file('nul.txt', Uint8Array.of(65, 0, 66)), /^nul\.txt is not text/],
  ['a picture cut short', file('cut.png', pngBytes().slice(0, 20)), /^cut\.png is damaged/],
  ['a photo of a phone, cut', file('p.heic', Uint8Array.of(0, 0, 0, 24, ...bytes('ftypheic'), 0, 0)), /^p\.heic is damaged.*its end is missing/],
  ['a bitmap, cut', file('half.bmp', bmpBytes().slice(0, 300)), /^half\.bmp is damaged.*its end is missing/],
  ['an AVIF, cut', file('half.avif', heifBoxes().slice(0, -20)), /^half\.avif is damaged.*its end is missing/],
  ['an AVIF that is none inside', file('odd.avif', heifBoxes()), /^odd\.avif is an AVIF that cannot be opened here: it is damaged, or of a rare kind/],
  ['an AVIF that unfolds to a bomb', file('bomb.avif', heifBoxes({ width: 60_000, height: 60_000 })), /^bomb\.avif has 60,000 × 60,000 pixels/],
  ['a Photoshop picture', file('art.psd', bytes('8BPS\0\x01\0\0')), /^art\.psd is a Photoshop picture \(PSD\) that this browser cannot convert: export it .* Photoshop, GIMP or Photopea/],
  ['a drawing for printers', file('chart.eps', bytes('%!PS-Adobe-2.0 EPSF-2.0\n'), 'image/x-eps'), /^chart\.eps is a PostScript drawing \(EPS\).* PDF or PNG/],
  ['a picture of the next generation', file('new.jxl', Uint8Array.of(0xFF, 0x0A, 0, 0)), /^new\.jxl is a JPEG XL picture/],
  ['a PNG with other line ends', file('ftp.png', Uint8Array.from(pngBytes(), byte => byte === 10 ? 13 : byte)), /^ftp\.png is a PNG that was transferred as text/],
  ['a PNG with wrong first bytes', file('bit.png', Uint8Array.from(pngBytes(), (byte, i) => i === 1 ? 81 : byte)), /^bit\.png is a damaged PNG/],
  ['only white space', file('blank.txt', bytes(' \n\t ')), /^blank\.txt holds nothing but white space/],
  ['gone meanwhile', await goneFile('gone.png'), /^gone\.png could not be read/],
])('%s: refused by name, with the reason', async (_, given, sentence) => {
  expect(await refusal(given)).toMatch(sentence)
})

test('a file of exactly the limit is taken, and one byte more is refused with both sizes', async () => {
  const atLimit = file('full.txt', new Uint8Array(LIMITS.fileBytes).fill(65))
  expect((await processFile(atLimit, 's1')).media.size).toBe(5_242_880)

  const over = file('over.txt', new Uint8Array(LIMITS.fileBytes + 1).fill(65))
  expect(await refusal(over)).toBe('over.txt has 5,242,881 bytes; the limit is 5 MB for each file.')
})

test.each([
  ['UTF-8', bytes('grüße')],
  ['UTF-8 with a mark', Uint8Array.of(0xEF, 0xBB, 0xBF, ...bytes('grüße'))],
  ['UTF-16, little end first', Uint8Array.of(0xFF, 0xFE, ...[...'grüße'].flatMap(char => [char.charCodeAt(0), 0]))],
  ['UTF-16, big end first', Uint8Array.of(0xFE, 0xFF, ...[...'grüße'].flatMap(char => [0, char.charCodeAt(0)]))],
  ['Latin-1', Uint8Array.from([...'grüße'], char => char.charCodeAt(0))],
])('a text in %s becomes readable text', async (_, encoded) => {
  expect((await processFile(file('t.txt', encoded), 's1')).media.base64).toBe('grüße')
  expect(await fileToText(new Blob([encoded as Uint8Array<ArrayBuffer>]))).toBe('grüße')
})

test('base64 has every byte, with or without the browser\'s own way of making it', async () => {
  const all = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256)

  expect(await fileToBase64(new Blob([all]))).toBe(Buffer.from(all).toString('base64'))
  expect(base64ToBytes(bytesToBase64(all))).toEqual(all)
})

test('types are told by their bytes', () => {
  expect(getFileType(pngBytes())).toBe('image/png')
  expect(getFileType(Uint8Array.of(0, 1, 2))).toBeUndefined()
  expect(validateFile('x', webpBytes())).toBe('image/webp')
})
