import { readXml } from './xml.ts'
import type { Zip } from './zip.ts'

/** What a part of an Office Open XML document refers to. */
export interface Relationship {
  /** The last word of its type: `worksheet`, `slide`, `notesSlide`, ... */
  type: string
  /** The name of the other part in the archive. */
  target: string
}

/** By id. What lies outside the document is left out: nothing is ever fetched. */
export async function relationshipsOf(zip: Zip, part: string): Promise<Map<string, Relationship>> {
  const slash = part.lastIndexOf('/')
  const folder = part.slice(0, slash + 1)
  const bytes = await zip.read(`${folder}_rels/${part.slice(slash + 1)}.rels`)
  const found = new Map<string, Relationship>()
  if (!bytes)
    return found
  readXml(bytes, {
    open(name, attribute) {
      const [id, target] = [attribute('Id'), attribute('Target')]
      if (name !== 'Relationship' || !id || !target || attribute('TargetMode') === 'External')
        return
      found.set(id, { type: attribute('Type')?.split('/').at(-1) ?? '', target: resolve(folder, target) })
    },
  })
  return found
}

export type DocumentKind = 'word' | 'excel' | 'powerpoint'

const KINDS: readonly [RegExp, DocumentKind][] = [
  [/wordprocessingml|ms-word/, 'word'], [/(?:spreadsheetml|ms-excel)(?!.*binary)/, 'excel'], [/presentationml|ms-powerpoint/, 'powerpoint'],
]

/** What the archive says that a part is; its name is any program's own. */
export async function kindOfPart(zip: Zip, part: string): Promise<DocumentKind | undefined> {
  const bytes = await zip.read('[Content_Types].xml')
  let type = ''
  if (bytes) {
    readXml(bytes, {
      open(_, attribute) {
        if (attribute('PartName')?.replace(/^\//, '') === part)
          type = attribute('ContentType') ?? ''
      },
    })
  }
  return KINDS.find(([pattern]) => pattern.test(type))?.[1]
}

/** The document itself: `word/document.xml`, `xl/workbook.xml`, `ppt/presentation.xml`, or as its program calls it. */
export async function mainPart(zip: Zip): Promise<string | undefined> {
  return [...(await relationshipsOf(zip, '')).values()].find(({ type }) => type === 'officeDocument')?.target
}

function resolve(folder: string, target: string): string {
  const path = target.startsWith('/') ? target : `/${folder}${target}`
  const parts: string[] = []
  for (const step of path.split('/')) {
    if (step === '..')
      parts.pop()
    else if (step !== '.' && step !== '')
      parts.push(step)
  }
  return parts.join('/')
}
