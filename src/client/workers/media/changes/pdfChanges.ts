import { PDFArray, PDFDict, PDFDocument, PDFName, type PDFPage } from '@cantoo/pdf-lib'
import { base64ToBytes, bytesToBase64 } from '../../../../shared/base64.ts'
import type { Changes } from '../../../../shared/files/edits.ts'
import type { GivenForm } from '../../../utils/files/givenForm.ts'

/** A PDF of some of its pages. What is on the others is not in it. */
export async function cutPdf(given: GivenForm, { pages = [] }: Changes): Promise<GivenForm> {
  const from = await PDFDocument.load(base64ToBytes(given.base64), { updateMetadata: false, password: '' })
  const cut = await PDFDocument.create({ updateMetadata: false })
  from.getPages().forEach(dropLinks)
  for (const page of await cut.copyPages(from, pages.map(page => page - 1)))
    cut.addPage(page)
  const bytes = await cut.save()
  return { ...given, base64: bytesToBase64(bytes), size: bytes.length, pages: pages.length, restricted: undefined }
}

/** What leads from one page to another would take that page along: links inside, threads, the fields of a form. */
function dropLinks({ node }: PDFPage) {
  node.delete(PDFName.of('B'))
  const notes = node.lookupMaybe(PDFName.of('Annots'), PDFArray)
  const count = notes?.size() ?? 0
  for (let i = 0; i < count; i++)
    dropLinksOf(notes?.lookupMaybe(i, PDFDict))
}

function dropLinksOf(note: PDFDict | undefined) {
  const action = note?.lookupMaybe(PDFName.of('A'), PDFDict)
  const leadsOut = action?.get(PDFName.of('S')) === PDFName.of('URI')
  for (const key of ['AA', 'Dest', 'IRT', 'P', 'PA', 'Parent', 'Popup', ...leadsOut ? [] : ['A']])
    note?.delete(PDFName.of(key))
}
