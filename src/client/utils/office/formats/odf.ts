import { damaged, UnreadableDocument } from '../archive/limits.ts'
import { readOdfContent } from './odfContent.ts'
import { counted, describe, leftOut } from '../text/pages.ts'
import type { TextBuilder } from '../text/textBuilder.ts'
import { readXml } from '../archive/xml.ts'
import type { Zip } from '../archive/zip.ts'

/** An OpenDocument text, spreadsheet or presentation: its `content.xml` is alike in all three. */
export async function readOdf(zip: Zip, text: TextBuilder, chars: number): Promise<string> {
  if (await isEncrypted(zip))
    throw new UnreadableDocument('needs a password. Save it without one and attach that.')
  const bytes = await zip.read('content.xml')
  if (!bytes)
    throw damaged()
  const { sheets, slides, words, cut } = readOdfContent(bytes, text, chars)
  const extent = slides ? counted(slides, 'slide') : sheets ? counted(sheets, 'sheet') : counted(words, 'word')
  return describe(extent, { without: leftOut(zip.names), cut: cut || text.isFull() })
}

async function isEncrypted(zip: Zip): Promise<boolean> {
  const manifest = await zip.read('META-INF/manifest.xml')
  let encrypted = false
  if (manifest) {
    readXml(manifest, {
      open(name) {
        encrypted ||= name === 'encryption-data'
      },
    })
  }
  return encrypted
}
