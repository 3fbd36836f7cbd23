import { damaged, OFFICE_LIMITS } from '../archive/limits.ts'
import { markdownTable } from '../text/markdownTable.ts'
import { relationshipsOf } from '../archive/relationships.ts'
import { counted, describe, leftOut } from '../text/pages.ts'
import type { TextBuilder } from '../text/textBuilder.ts'
import { readSharedStrings, readSheet, type SheetContext } from './xlsxSheet.ts'
import { readFormats } from './xlsxFormats.ts'
import { readXml } from '../archive/xml.ts'
import type { Zip } from '../archive/zip.ts'

interface Sheet { name: string, part: string, hidden: boolean }

/** A workbook: each sheet a heading and a table. Formulas are told by what they had come to when the file was saved; macros are not looked at. */
export async function readXlsx(zip: Zip, workbook: string, text: TextBuilder, chars: number): Promise<string> {
  const parts = await relationshipsOf(zip, workbook)
  const partOf = (type: string) => [...parts.values()].find(part => part.type === type)?.target ?? ''
  const { sheets, calendar } = await readWorkbook(zip, workbook, id => parts.get(id)?.type === 'worksheet' ? parts.get(id)?.target : undefined)
  const strings = await zip.read(partOf('sharedStrings'))
  const context: SheetContext = {
    calendar,
    strings: strings ? readSharedStrings(strings) : [],
    formats: readFormats(await zip.read(partOf('styles'))),
    chars,
  }
  let cut = false
  for (const { name, part, hidden } of sheets) {
    const bytes = text.isFull() ? undefined : await zip.read(part)
    if (!bytes)
      continue
    const rows = readSheet(bytes, context)
    const table = markdownTable(rows.rows, chars)
    text.heading(`## ${name}${hidden ? ' (hidden)' : ''}`)
    if (table.text)
      text.block(table.text)
    else
      text.heading('This sheet is empty.')
    cut ||= rows.cut || table.cut
  }
  return describe(counted(sheets.length, 'sheet'), { without: leftOut(zip.names), cut: cut || text.isFull() })
}

async function readWorkbook(zip: Zip, workbook: string, partOf: (id: string) => string | undefined) {
  const bytes = await zip.read(workbook)
  if (!bytes)
    throw damaged()
  const sheets: Sheet[] = []
  let calendar: SheetContext['calendar'] = 1900
  readXml(bytes, {
    open(name, attribute) {
      if (name === 'workbookPr' && /^(?:1|true)$/.test(attribute('date1904') ?? ''))
        calendar = 1904
      const part = name === 'sheet' ? partOf(attribute('id') ?? '') : undefined
      if (part && sheets.length < OFFICE_LIMITS.pages)
        sheets.push({ name: attribute('name') ?? part, part, hidden: /hidden/i.test(attribute('state') ?? '') })
    },
  })
  return { sheets, calendar }
}
