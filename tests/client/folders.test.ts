import { expect, test } from 'vitest'
import { walkFolders } from '../../src/client/utils/input/folders.ts'
import { text } from '../helpers/files.ts'

/** A dropped folder as a browser hands it over: its entries come in batches. */
function folder(fullPath: string, entries: FileSystemEntry[], batch = 100): FileSystemDirectoryEntry {
  return {
    name: fullPath.split('/').pop(), fullPath, isDirectory: true, isFile: false,
    createReader() {
      let read = 0
      return {
        readEntries: (resolve: (entries: FileSystemEntry[]) => void) => resolve(entries.slice(read, read += batch)),
      }
    },
  } as unknown as FileSystemDirectoryEntry
}

function fileEntry(fullPath: string, readable = true): FileSystemEntry {
  const name = fullPath.split('/').pop()!
  return {
    name, fullPath, isDirectory: false, isFile: true,
    file: (resolve: (file: File) => void, reject: (error: Error) => void) => readable ? resolve(text(name)) : reject(new Error('no')),
  } as unknown as FileSystemEntry
}

const numbered = (parent: string, count: number) => Array.from({ length: count }, (_, i) => fileEntry(`${parent}/${i}.txt`))

test('a folder is read to its end, although it comes in batches', async () => {
  const { files } = await walkFolders([folder('/logs', numbered('/logs', 250))])

  expect(files).toHaveLength(250)
})

test('folders in folders are walked, and each file is known by its path', async () => {
  const inner = folder('/photos/2026', [fileEntry('/photos/2026/one.jpg')])

  const { files } = await walkFolders([folder('/photos', [inner, fileEntry('/photos/list.txt')])])

  expect(files.map(({ path }) => path).sort()).toEqual(['photos/2026/one.jpg', 'photos/list.txt'])
})

test('what cannot be read is named, and the rest is found', async () => {
  const found = await walkFolders([folder('/mixed', [fileEntry('/mixed/locked.txt', false), fileEntry('/mixed/open.txt')])])

  expect(found.files.map(({ path }) => path)).toEqual(['mixed/open.txt'])
  expect(found.unreadable).toEqual(['mixed/locked.txt'])
})

test('a folder of ten thousand files ends early, and says so', async () => {
  const found = await walkFolders([folder('/node_modules', numbered('/node_modules', 10_000))])

  expect(found.files).toHaveLength(1000)
  expect(found.cutShort).toBe(true)
})
