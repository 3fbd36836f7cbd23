import { zipBytes, type Part } from './archives.ts'

/* Office documents, as small as they can be and still open. */

const OPEN_XML = 'application/vnd.openxmlformats-officedocument'
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${body}`
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const relations = (targets: Record<string, [type: string, target: string, mode?: string]>) => xml(
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${Object.entries(targets).map(([id, [type, target, mode]]) =>
    `<Relationship Id="${id}" Type="${RELATION}/${type}" Target="${target}"${mode ? ` TargetMode="${mode}"` : ''}/>`).join('')}</Relationships>`)

function openXml(main: string, type: string, parts: readonly Part[]) {
  return zipBytes([
    { name: '[Content_Types].xml', content: xml(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${main}" ContentType="${OPEN_XML}.${type}.main+xml"/></Types>`) },
    { name: '_rels/.rels', content: relations({ r1: ['officeDocument', main] }) },
    ...parts,
  ])
}

/** @param body of `w:body` */
export const docxBytes = (body: string, more: readonly Part[] = []) => openXml('word/document.xml', 'wordprocessingml.document', [
  { name: 'word/document.xml', content: xml(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${RELATION}"><w:body>${body}</w:body></w:document>`) },
  { name: 'word/styles.xml', content: xml('<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>') },
  { name: 'word/_rels/document.xml.rels', content: relations({ s: ['styles', 'styles.xml'], x: ['image', 'http://evil.example/track.png', 'External'] }) },
  ...more,
])

export const paragraph = (text: string, style = '') => `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`
export const wordTable = (rows: readonly (readonly string[])[]) =>
  `<w:tbl>${rows.map(row => `<w:tr>${row.map(cell => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`

export interface Sheet { name: string, rows: string, hidden?: boolean }

/** @param sheets with their rows as XML; `s="1"` is a date, `s="2"` a percentage */
export const xlsxBytes = (sheets: readonly Sheet[], { strings = [] as string[], more = [] as Part[], external = false } = {}) => openXml('xl/workbook.xml', 'spreadsheetml.sheet', [
  { name: 'xl/workbook.xml', content: xml(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${RELATION}"><sheets>${sheets.map(({ name, hidden }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}"${hidden ? ' state="hidden"' : ''} r:id="s${i}"/>`).join('')}</sheets></workbook>`) },
  { name: 'xl/_rels/workbook.xml.rels', content: relations({
    t: ['sharedStrings', 'sharedStrings.xml'],
    f: ['styles', 'styles.xml'],
    ...Object.fromEntries(sheets.map((_, i) => [`s${i}`, ['worksheet', `/xl/worksheets/sheet${i}.xml`, external ? 'External' : undefined] as [string, string, string?]])),
  }) },
  { name: 'xl/sharedStrings.xml', content: xml(`<sst>${strings.map(text => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`) },
  { name: 'xl/styles.xml', content: xml('<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]yyyy\\-mm\\-dd;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="10"/></cellXfs></styleSheet>') },
  ...sheets.map(({ rows }, i) => ({ name: `xl/worksheets/sheet${i}.xml`, content: xml(`<worksheet><sheetData>${rows}</sheetData></worksheet>`) })),
  ...more,
])

/** A row of texts, written in their cells. */
export const textRow = (...cells: string[]) => `<row>${cells.map(cell => `<c t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`).join('')}</row>`

export interface SlideParts { title: string, lines?: readonly string[], table?: readonly (readonly string[])[], notes?: string }

const DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
const said = (lines: readonly string[]) => `<p:txBody>${lines.map(line => `<a:p><a:r><a:t>${escaped(line)}</a:t></a:r></a:p>`).join('')}</p:txBody>`
const shape = (type: string, lines: readonly string[]) => `<p:sp><p:nvSpPr><p:nvPr><p:ph${type && ` type="${type}"`}/></p:nvPr></p:nvSpPr>${said(lines)}</p:sp>`
const slideTable = (rows: readonly (readonly string[])[]) => `<p:graphicFrame><a:tbl>${rows.map(row => `<a:tr>${row.map(cell => `<a:tc>${said([cell])}</a:tc>`).join('')}</a:tr>`).join('')}</a:tbl></p:graphicFrame>`

export const pptxBytes = (slides: readonly SlideParts[], more: readonly Part[] = []) => openXml('ppt/presentation.xml', 'presentationml.presentation', [
  { name: 'ppt/presentation.xml', content: xml(`<p:presentation xmlns:r="${RELATION}" ${DRAWING}><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="s${i}"/>`).join('')}</p:sldIdLst></p:presentation>`) },
  { name: 'ppt/_rels/presentation.xml.rels', content: relations(Object.fromEntries(slides.map((_, i) => [`s${i}`, ['slide', `slides/slide${i}.xml`] as [string, string]]))) },
  ...slides.flatMap(({ title, lines = [], table, notes = '' }, i) => [
    { name: `ppt/slides/slide${i}.xml`, content: xml(`<p:sld ${DRAWING}><p:cSld><p:spTree>${shape('title', [title])}${shape('', lines)}${table ? slideTable(table) : ''}</p:spTree></p:cSld></p:sld>`) },
    { name: `ppt/slides/_rels/slide${i}.xml.rels`, content: relations({ n: ['notesSlide', `../notesSlides/notesSlide${i}.xml`] }) },
    { name: `ppt/notesSlides/notesSlide${i}.xml`, content: xml(`<p:notes ${DRAWING}><p:cSld><p:spTree>${shape('body', [notes])}</p:spTree></p:cSld></p:notes>`) },
  ]),
  ...more,
])

/** @param body of `office:body` */
export const openDocumentBytes = (kind: 'text' | 'spreadsheet' | 'presentation', body: string) => zipBytes([
  { name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}` },
  { name: 'content.xml', content: xml(`<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d"><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`) },
])
