import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { processFile } from '../../src/client/utils/files/fileUtils.ts'
import { FileRejectedError } from '../../src/client/utils/limits/rejection.ts'
import { LIMITS } from '../../src/shared/attachments.ts'
import { zipBytes } from '../helpers/archives.ts'
import { file } from '../helpers/files.ts'
import { docxBytes, openDocumentBytes, paragraph, pptxBytes, textRow, wordTable, xlsxBytes } from '../helpers/officeFiles.ts'

const read = async (name: string, bytes: Uint8Array) => (await processFile(file(name, bytes), 's1')).media
const refusal = (name: string, bytes: Uint8Array) => read(name, bytes).then(
  () => 'it was taken',
  (error: Error) => error instanceof FileRejectedError ? `${error.message} ${error.fitsFolder ? '(may lie in the folder)' : ''}` : `not a refusal: ${error.message}`,
)
const MB = 1024 * 1024

test('a Word document is read as Markdown: headings in any language, tables, and what was deleted left out', async () => {
  const bytes = docxBytes([
    paragraph('Quarterly report', 'berschrift1'),
    paragraph('Sales went up & <down>.'),
    wordTable([['Region', 'Sum'], ['North | South', '12']]),
    '<w:p><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins></w:p>',
  ].join(''))

  const media = await read('report.docx', bytes)

  expect(media).toMatchObject({ type: 'txt', mimeType: 'text/plain', name: 'report.docx', readFrom: { what: '12 words', size: bytes.length, mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' } })
  expect(media.base64).toBe('# Quarterly report\n\nSales went up & <down>.\n\n| Region | Sum |\n| --- | --- |\n| North \\| South | 12 |\n\ninserted')
  expect(Buffer.from(media.readFrom!.base64, 'base64').equals(bytes)).toBe(true)
})

test('a workbook is read sheet by sheet: texts, numbers as they are meant, dates, percentages, formulas by what they had come to', async () => {
  const media = await read('budget.xlsx', xlsxBytes([
    { name: 'Costs & more', rows: '<row r="1"><c r="B1" t="s"><v>0</v></c><c r="D1" t="s"><v>1</v></c></row><row r="3"><c r="B3"><v>0.30000000000000004</v></c><c r="D3" s="1"><v>44197</v></c></row><row r="4"><c r="B4" s="2"><v>0.125</v></c><c r="D4"><f>SUM(B3)</f><v>7</v></c></row><row r="9"><c r="B9"><f>NOW()</f></c><c r="D9" t="b"><v>1</v></c></row>' },
    { name: 'Empty', rows: '' },
    { name: 'Secret', rows: textRow('line\nbreak', 'a_x000D_b'), hidden: true },
  ], { strings: ['What', 'When'], more: [{ name: 'xl/media/image1.png', content: 'x' }, { name: 'xl/charts/chart1.xml', content: 'x' }, { name: 'xl/vbaProject.bin', content: 'macro' }] }))

  expect(media.readFrom!.what).toBe('3 sheets, without its picture and chart')
  expect(media.base64).toBe([
    '## Costs & more', '| What | When |\n| --- | --- |\n| 0.3 | 2021-01-01 |\n| 12.5% | 7 |\n| =NOW() | TRUE |',
    '## Empty', 'This sheet is empty.',
    '## Secret (hidden)', '| line<br>break | a<br>b |\n| --- | --- |',
  ].join('\n\n'))
})

test('a presentation is read slide by slide, with tables and the speaker’s notes', async () => {
  const media = await read('talk.pptx', pptxBytes([
    { title: 'Welcome', lines: ['First point', 'Second point'], notes: 'Smile.' },
    { title: 'Numbers', table: [['Year', 'Sum'], ['2026', '12']] },
  ]))

  expect(media.readFrom!.what).toBe('2 slides')
  expect(media.base64).toBe('## Slide 1: Welcome\n\n- First point\n- Second point\n\nNotes:\nSmile.\n\n## Slide 2: Numbers\n\n| Year | Sum |\n| --- | --- |\n| 2026 | 12 |')
})

test.each([
  ['letter.odt', 'text', '<text:h text:outline-level="2">Head</text:h><text:p>One<text:s text:c="2"/>two<office:annotation><text:p>remark</text:p></office:annotation></text:p><text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>', '4 words', '## Head\n\nOne  two\n\n- item'],
  ['table.ods', 'spreadsheet', '<table:table table:name="Costs"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row><table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row></table:table>', '1 sheet', '## Costs\n\n| a |\n| --- |'],
  ['talk.odp', 'presentation', '<draw:page draw:name="p"><draw:frame><draw:text-box><text:p>Hello</text:p></draw:text-box></draw:frame></draw:page>', '1 slide', '## Slide 1\n\nHello'],
] as const)('%s: OpenDocument is read as well', async (name, kind, body, what, text) => {
  const media = await read(name, openDocumentBytes(kind, body))

  expect([media.readFrom!.what, media.base64]).toEqual([what, text])
})

test('a small file that unfolds to gigabytes is refused before it does, whether it says so or lies', async () => {
  const huge = new Uint8Array(100 * MB)
  const sheet = [{ name: 'a', rows: textRow('x') }]
  const started = performance.now()

  expect(await refusal('bomb.xlsx', xlsxBytes(sheet, { more: [{ name: 'xl/worksheets/sheet0.xml', content: huge }] }))).toMatch(/^bomb\.xlsx holds more than can be read as text here.*folder\)$/)
  expect(await refusal('bomb.docx', docxBytes(paragraph('x'), [{ name: 'word/footnotes.xml', content: huge }]))).toMatch(/holds more than/)
  expect(await refusal('liar.xlsx', xlsxBytes(sheet, { more: [{ name: 'xl/worksheets/sheet0.xml', content: huge, says: 1000 }] }))).toMatch(/^liar\.xlsx is damaged/)
  expect(await refusal('liar.docx', docxBytes(paragraph('x'), [{ name: 'word/footnotes.xml', content: huge, says: 1000 }]))).toMatch(/is damaged/)
  expect(performance.now() - started).toBeLessThan(30_000)
})

test('entities that grow, elements without an end and tables without bounds cost nothing', async () => {
  const lol = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
  const deep = '<a>'.repeat(100_000)
  const odd = (content: string) => xlsxBytes([{ name: 'a', rows: '' }], { more: [{ name: 'xl/worksheets/sheet0.xml', content }] })

  expect(await refusal('lol.xlsx', odd(`${lol}<worksheet><sheetData>${textRow('&b;')}</sheetData></worksheet>`))).toMatch(/is damaged/)
  expect(await refusal('deep.xlsx', odd(deep))).toMatch(/holds more than/)
  const repeated = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000"><text:p>xxxxxxxxxx</text:p></table:table-cell></table:table-row>'
  const media = await read('wide.ods', openDocumentBytes('spreadsheet', `<table:table>${repeated.repeat(20)}</table:table>`))
  expect(media.size).toBeLessThanOrEqual(LIMITS.fileBytes)
  expect(media.readFrom!.what).toBe('1 sheet, only its beginning, because it is long')
})

test('more text than can be attached is cut, and that is said', async () => {
  const media = await read('long.docx', docxBytes(Array.from({ length: 1200 }, () => paragraph('word '.repeat(1000))).join('')))

  expect(media.size).toBeLessThanOrEqual(LIMITS.fileBytes)
  expect(media.readFrom!.what).toMatch(/^1,0\d\d,000 words, only its beginning, because it is long$/)
}, 30_000)

test('nothing outside of a document is ever asked for', async () => {
  const asked = new Set<string>()
  const given = globalThis.fetch
  globalThis.fetch = (async (url: unknown) => { asked.add(String(url)); throw new Error('no') }) as typeof fetch
  try {
    await read('tracked.docx', docxBytes(paragraph('x') + '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:link="x"/></w:drawing></w:r></w:p>'))
    expect(await refusal('elsewhere.xlsx', xlsxBytes([{ name: 'a', rows: textRow('x') }], { external: true }))).toMatch(/holds no text/)
  }
  finally {
    globalThis.fetch = given
  }
  expect([...asked]).toEqual([])
})

test('what cannot be read as text is refused with the reason and what would work, and may lie in the folder', async () => {
  const ole = (stream: string) => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(stream, 'utf16le')])

  expect(await refusal('old.doc', ole('WordDocument'))).toMatch(/^old\.doc is a document of Word 97 to 2003: save it as \.docx.*folder\)$/)
  expect(await refusal('secret.xlsx', ole('EncryptedPackage'))).toMatch(/^secret\.xlsx needs a password.*folder\)$/)
  expect(await refusal('cut.docx', docxBytes(paragraph('x')).subarray(0, 300))).toMatch(/^cut\.docx is damaged.*folder\)$/)
  expect(await refusal('pictures.pptx', pptxBytes([{ title: '' }], [{ name: 'ppt/media/a.png', content: 'x' }]))).toMatch(/^pictures\.pptx holds no text.*folder\)$/)
  expect(await refusal('app.zip', zipBytes([{ name: 'readme.txt', content: 'hello' }]))).toMatch(/^app\.zip cannot be attached: only images, PDFs and text files can\. .*folder\)$/)
})

test('a document of more than 5 MB is read too, as long as the folder takes it', async () => {
  const noise = randomBytes(6 * MB)

  const media = await read('photos.docx', docxBytes(paragraph('hello'), [{ name: 'word/media/image1.png', content: noise }]))

  expect(media.readFrom).toMatchObject({ what: '1 word, without its picture' })
  expect(media.readFrom!.size).toBeGreaterThan(LIMITS.fileBytes)
})
