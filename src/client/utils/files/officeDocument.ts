import { TEXT_TYPE } from '../../../shared/attachments.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import type { DraftMedia } from './fileUtils.ts'

const OFFICE_NAME = /\.(?:doc|xls|ppt)[xm]$|\.od[tsp]$/i

/** How an archive begins, Office's documents among them. */
export const isArchive = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4B && bytes[2] === 3 && bytes[3] === 4

const load = () => import('../office/readOffice.ts')

/** Loads what reads Office documents, so that it is there when the server is not. */
export async function loadOfficeReaders(): Promise<void> {
  await (await load()).loadDocx()
}

/**
 * An Office document as the text that is in it, with the document itself, which goes along into the agent's workspace.
 * @returns undefined where it is none
 * @throws FileRejectedError where it is one and cannot be read
 */
export async function admitOffice(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Pick<DraftMedia, 'type' | 'mimeType' | 'base64' | 'size' | 'readFrom'> | undefined> {
  const { readOffice } = await load()
  try {
    const read = await readOffice(bytes)
    if (!read && OFFICE_NAME.test(name))
      throw new FileRejectedError(`${name} is damaged: it cannot be read as a document.`, { fitsFolder: true })
    return read && {
      type: 'txt',
      mimeType: TEXT_TYPE,
      base64: read.text,
      size: new TextEncoder().encode(read.text).length,
      readFrom: { what: read.what, mimeType: read.mimeType, size: bytes.length, base64: bytesToBase64(bytes) },
    }
  }
  catch (error) {
    if (!(error instanceof Error && error.name === 'UnreadableDocument'))
      throw error
    throw new FileRejectedError(`${name} ${error.message}`, { fitsFolder: true })
  }
}

/** What Office wrote until 2003, and still writes around a document with a password: by the names of the streams inside. */
const OLD_OFFICE = [
  ['EncryptedPackage', 'needs a password. Save it without one and attach that.'],
  ['WordDocument', 'is a document of Word 97 to 2003: save it as .docx and attach that.'],
  ['Workbook', 'is a workbook of Excel 97 to 2003: save it as .xlsx and attach that.'],
  ['PowerPoint Document', 'is a presentation of PowerPoint 97 to 2003: save it as .pptx and attach that.'],
] as const

/** @throws FileRejectedError that says what would work */
export function refuseOldOffice(name: string, bytes: Uint8Array): void {
  const isOld = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1].every((byte, i) => bytes[i] === byte)
  const inside = isOld ? new TextDecoder('latin1').decode(bytes) : ''
  const found = OLD_OFFICE.find(([stream]) => inside.includes(Array.from(stream, letter => `${letter}\0`).join('')))
  if (found)
    throw new FileRejectedError(`${name} ${found[1]}`, { fitsFolder: true })
}
