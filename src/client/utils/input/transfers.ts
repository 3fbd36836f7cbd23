/** What a drop or a paste hands over. It must be asked during the event: a moment later it is empty. */
export interface Given {
  /** Words, or the address of a link. */
  text: string
  files: File[]
  /** What is in them has to be walked for. */
  folders: FileSystemDirectoryEntry[]
}

/** From the entries where the browser gives them, because a folder looks like an empty file otherwise. Of a link with its file, the file. */
export function readDrop(transfer: DataTransfer): Given {
  const given = readDroppedFiles(transfer)
  const text = given.files.length || given.folders.length ? '' : readText(transfer)
  return { ...given, text }
}

function readDroppedFiles(transfer: DataTransfer): Omit<Given, 'text'> {
  const items = Array.from(transfer.items).filter(item => item.kind === 'file')
  if (!items.length)
    return { files: Array.from(transfer.files), folders: [] }
  const files: File[] = []
  const folders: FileSystemDirectoryEntry[] = []
  for (const item of items) {
    const entry = item.webkitGetAsEntry?.()
    const file = entry?.isDirectory ? null : item.getAsFile()
    if (entry?.isDirectory)
      folders.push(entry as FileSystemDirectoryEntry)
    else if (file)
      files.push(file)
  }
  return { files, folders }
}

/** Lines that begin with # are remarks in a list of addresses. */
function readText(transfer: DataTransfer): string {
  return transfer.getData('text/plain')
    || transfer.getData('text/uri-list').split(/\r?\n/).filter(line => line && !line.startsWith('#')).join('\n')
}

/** Names that browsers give to an image which has none. */
const UNNAMED = /^(image|blob|unnamed)?(\.\w+)?$/i

/** The text and the files on the clipboard, unnamed ones with a readable unique name. Both may be there: a picture and its address. */
export function readPaste(clipboard: DataTransfer, now = new Date()): Given {
  const files = Array.from(clipboard.items).flatMap(item => item.kind === 'file' ? item.getAsFile() ?? [] : [])
  const named = files.map(file => UNNAMED.test(file.name)
    ? new File([file], pastedName(file.type, now), { type: file.type, lastModified: file.lastModified })
    : file)
  return { text: readText(clipboard), files: named, folders: [] }
}

/** WebKitGTK says nothing of a picture in the event of a paste. */
export const isUntold = (clipboard: DataTransfer): boolean => !clipboard.types.length && navigator.vendor.startsWith('Apple')

/** The pictures that lie on the clipboard, which must be asked for during the event; none where the browser refuses. */
export async function readUntoldPaste(): Promise<Given> {
  const items = await navigator.clipboard.read().catch(() => [])
  const files = await Promise.all(items.map(async (item) => {
    const type = item.types.find(type => type.startsWith('image/'))
    return type ? [new File([await item.getType(type)], pastedName(type), { type })] : []
  }))
  return { text: '', files: files.flat(), folders: [] }
}

let lastName = ''
let repeats = 0

/** "Pasted image 2026-11-21 09.41.07.png"; a second one within the second gets a number. */
export function pastedName(type: string, now = new Date()): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.')
  const [kind = '', subtype = 'bin'] = type.split('/')
  const name = `Pasted ${NOUNS[kind] ?? 'file'} ${day} ${time}`
  repeats = name === lastName ? repeats + 1 : 0
  lastName = name
  const extension = { jpeg: 'jpg', plain: 'txt' }[subtype] ?? subtype.replace(/\+.*/, '')
  return `${name}${repeats ? ` (${repeats + 1})` : ''}.${extension}`
}

const NOUNS: Record<string, string> = { image: 'image', text: 'text' }

/** Whether a file was made of a text that was pasted: by its name, which outlives the tab. */
export const isPastedText = (name: string): boolean => /^Pasted text \d{4}(-\d\d){2} \d\d(\.\d\d){2}( \(\d+\))?\.txt$/.test(name)
