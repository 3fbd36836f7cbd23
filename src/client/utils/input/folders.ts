/** A file found in a dropped folder. */
export interface FoundFile {
  /** With the folders above it: "photos/2026/one.jpg". */
  path: string
  file: File
}

export interface FolderContents {
  files: FoundFile[]
  /** Paths that could not be read. */
  unreadable: string[]
  /** There is more than anyone would choose from; the walk ended early. */
  cutShort: boolean
}

/** Files after which a walk ends: a folder of dependencies holds ten thousands. */
const MOST_FILES = 1000

/** Everything in these folders and the folders in them. What cannot be read does not keep the rest from being found. */
export async function walkFolders(folders: readonly FileSystemDirectoryEntry[]): Promise<FolderContents> {
  const found: FolderContents = { files: [], unreadable: [], cutShort: false }
  const waiting: FileSystemEntry[] = [...folders]
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    if (found.files.length >= MOST_FILES)
      return { ...found, cutShort: true }
    try {
      if (isFolder(entry))
        waiting.push(...(await entriesOf(entry)).sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })))
      else
        found.files.push({ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry as FileSystemFileEntry) })
    }
    catch {
      found.unreadable.push(entry.fullPath.replace(/^\//, '')) // told with the others, when the walk is over
    }
  }
  return found
}

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))

/** A reader hands out batches, of a hundred in Chromium, and an empty one at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const entries: FileSystemEntry[] = []
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!batch.length)
      return entries
    entries.push(...batch)
  }
}
