import { damaged, OFFICE_LIMITS } from '../archive/limits.ts'
import { relationshipsOf } from '../archive/relationships.ts'
import { counted, describe, leftOut } from '../text/pages.ts'
import { readNotes, readSlide } from './pptxSlide.ts'
import type { TextBuilder } from '../text/textBuilder.ts'
import { readXml } from '../archive/xml.ts'
import type { Zip } from '../archive/zip.ts'

/** A presentation: each slide a heading with its title, its text as a list, its tables, and the speaker's notes. */
export async function readPptx(zip: Zip, presentation: string, text: TextBuilder, chars: number): Promise<string> {
  const bytes = await zip.read(presentation)
  if (!bytes)
    throw damaged()
  const ids: string[] = []
  readXml(bytes, {
    open(name, attribute) {
      const id = name === 'sldId' ? attribute('r:id') ?? attribute('id') : undefined
      if (id && ids.length < OFFICE_LIMITS.pages)
        ids.push(id)
    },
  })
  const parts = await relationshipsOf(zip, presentation)
  let slides = 0
  for (const id of ids) {
    const part = parts.get(id)
    if (part?.type !== 'slide')
      continue
    slides++
    if (!text.isFull())
      await tellSlide(zip, part.target, slides, text, chars)
  }
  return describe(counted(slides, 'slide'), { without: leftOut(zip.names), cut: text.isFull() })
}

async function tellSlide(zip: Zip, part: string, number: number, text: TextBuilder, chars: number): Promise<void> {
  const bytes = await zip.read(part)
  if (!bytes)
    return
  const { title, blocks, hidden } = readSlide(bytes, chars)
  text.heading(`## Slide ${number}${title ? `: ${title}` : ''}${hidden ? ' (hidden)' : ''}`)
  blocks.forEach(block => text.block(block))
  const notes = [...(await relationshipsOf(zip, part)).values()].find(({ type }) => type === 'notesSlide')
  const spoken = notes && await zip.read(notes.target)
  const lines = spoken ? readNotes(spoken) : ''
  if (lines)
    text.block(`Notes:\n${lines}`)
}
