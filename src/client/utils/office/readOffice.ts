import { LIMITS } from '../../../shared/attachments.ts'
import { UnreadableDocument } from './archive/limits.ts'
import { kindOfPart, mainPart } from './archive/relationships.ts'
import type { OfficeText } from './text/pages.ts'
import { readOdf } from './formats/odf.ts'
import { readPptx } from './formats/pptx.ts'
import { createTextBuilder, type TextBuilder } from './text/textBuilder.ts'
import { readXlsx } from './formats/xlsx.ts'
import { openZip, type Zip } from './archive/zip.ts'

const OPEN_XML = 'application/vnd.openxmlformats-officedocument.'
const OPEN_DOCUMENT = /^application\/vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation)$/

/** Reads one kind of document into the text. @returns what was read: "3 sheets" */
type Read = (text: TextBuilder, chars: number) => Promise<string>

/**
 * The text of an Office document: Word, Excel, PowerPoint and OpenDocument's three.
 * @returns undefined where the bytes are something else
 * @throws UnreadableDocument where it is one and cannot be read
 */
export async function readOffice(bytes: Uint8Array<ArrayBuffer>): Promise<OfficeText | undefined> {
  const zip = openZip(bytes)
  const found = zip && await recognise(zip)
  if (!found)
    return undefined
  const builder = createTextBuilder(LIMITS.fileBytes)
  const what = await found.read(builder, LIMITS.fileBytes)
  if (builder.isEmpty())
    throw new UnreadableDocument('holds no text that could be read.')
  return { text: builder.text(), what, mimeType: found.mimeType }
}

async function recognise(zip: Zip): Promise<{ mimeType: string, read: Read } | undefined> {
  const mimetype = zip.names.includes('mimetype') ? new TextDecoder().decode(await zip.read('mimetype', 200)).trim() : ''
  if (OPEN_DOCUMENT.test(mimetype))
    return { mimeType: mimetype, read: (text, chars) => readOdf(zip, text, chars) }
  if (!zip.names.includes('[Content_Types].xml'))
    return undefined
  const main = await mainPart(zip)
  if (!main || zip.sizeOf(main) === undefined)
    return undefined
  const kind = await kindOfPart(zip, main)
  if (kind === 'word') // with all that it needs: loaded when the first one comes
    return { mimeType: `${OPEN_XML}wordprocessingml.document`, read: async (text, chars) => (await loadDocx()).readDocx(zip, text, chars) }
  if (kind === 'excel')
    return { mimeType: `${OPEN_XML}spreadsheetml.sheet`, read: (text, chars) => readXlsx(zip, main, text, chars) }
  if (kind === 'powerpoint')
    return { mimeType: `${OPEN_XML}presentationml.presentation`, read: (text, chars) => readPptx(zip, main, text, chars) }
  return undefined
}

/** Loads what the first Word document would load. */
export const loadDocx = () => import('./formats/docx.ts')
