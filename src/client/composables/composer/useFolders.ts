import { shallowRef } from 'vue'
import { walkFolders, type FolderContents, type FoundFile } from '../../utils/input/folders.ts'

/** Dropped folders: what is in them, to choose from, and what becomes of the choice. */
export function useFolders(add: (files: File[]) => Promise<void>, tell: (text: string) => void) {
  const contents = shallowRef<FolderContents>()

  async function open(folders: readonly FileSystemDirectoryEntry[]): Promise<void> {
    if (!folders.length)
      return
    const found = await walkFolders(folders)
    if (found.unreadable.length)
      tell(`Not everything could be read: ${found.unreadable.join(', ')}.`)
    if (found.files.length)
      contents.value = found
    else
      tell(`There is no file in ${folders.map(({ name }) => name).join(', ')}.`)
  }

  function choose(files: readonly FoundFile[]): void {
    contents.value = undefined
    void add(files.map(({ file }) => file))
  }

  return { contents, open, choose, cancel: () => { contents.value = undefined } }
}
