import mammoth from 'mammoth'
import { OFFICE_LIMITS, damaged } from '../archive/limits.ts'
import { counted, describe, leftOut } from '../text/pages.ts'
import { storedZip } from '../archive/storedZip.ts'
import type { TextBuilder } from '../text/textBuilder.ts'
import { tellWord, type WordNode } from './wordText.ts'
import type { Zip } from '../archive/zip.ts'

/** A Word document: headings, lists, tables and notes as Markdown. */
export async function readDocx(zip: Zip, text: TextBuilder, chars: number): Promise<string> {
  let document: WordNode | undefined
  try {
    const archive = storedZip(await unpackedParts(zip))
    await mammoth.convertToHtml({ arrayBuffer: archive.buffer, buffer: archive } as Parameters<typeof mammoth.convertToHtml>[0], {
      externalFileAccess: false,
      // What was read is told here as Markdown; of what mammoth makes of it nothing is needed.
      transformDocument(read: WordNode) {
        document = read
        return { ...read, children: [] }
      },
    })
  }
  catch (error) {
    throw error instanceof Error && error.name === 'UnreadableDocument' ? error : damaged()
  }
  if (!document)
    throw damaged()
  const words = tellWord(document, text, chars)
  return describe(counted(words, 'word'), { without: leftOut(zip.names), cut: text.isFull() })
}

/** Only its XML, and only as much as may be held in memory: mammoth unpacks whatever it is given. */
async function unpackedParts(zip: Zip): Promise<Map<string, Uint8Array>> {
  const parts = new Map<string, Uint8Array>()
  let room: number = OFFICE_LIMITS.wordBytes
  for (const name of zip.names.filter(name => /\.(?:xml|rels)$/i.test(name))) {
    const part = await zip.read(name, room)
    if (part) {
      room -= part.length
      parts.set(name, part)
    }
  }
  return parts
}
