import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** Whom each folder may import. Its own files are always allowed; anything absent is not. */
const MAY_IMPORT: Record<string, string[]> = {
  'shared': [],
  'server': ['shared'],
  'sdk': ['shared'],
  'client/utils': ['shared'],
  'client/workers': ['client/utils', 'shared'],
  'client/stores': ['client/workers', 'client/utils', 'shared'],
  'client/composables': ['client/stores', 'client/utils', 'shared'],
  'client/components': ['client/composables', 'client/stores', 'client/utils', 'shared'],
  // main.ts, App.vue, router.ts, and how everything looks
  'client': ['client/components', 'client/composables', 'client/stores'],
}

const src = path.resolve(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => /\.(ts|vue)$/.test(file))
const read = (file: string) => readFileSync(path.join(src, file), 'utf8')
const folderOf = (file: string) => Object.keys(MAY_IMPORT).find(folder => file.startsWith(`${folder}/`))
const specifiers = (file: string) => [...read(file).matchAll(/(?:from|import|import\(|new URL\() ?'([^']+)'/g)].map(([, specifier]) => specifier!)

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(40)
  expect(specifiers('client/main.ts')).toContain('./App.vue')
})

test.each(files)('%s imports only along the arrows', (file) => {
  const folder = folderOf(file)
  expect(folder, 'a folder the house does not know').toBeDefined()
  const imported = specifiers(file)
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => folderOf(path.relative(src, path.resolve(src, path.dirname(file), specifier))))
    .filter(other => other !== folder)

  expect(MAY_IMPORT[folder!]).toEqual(expect.arrayContaining(imported))
})

test('only the storage modules speak to the browser\'s database, and only stores and workers to them', () => {
  const uses = (pattern: RegExp) => files.filter(file => file.startsWith('client/') && pattern.test(read(file)))

  expect(uses(/^import (?!type).*from 'idb'|\bindexedDB\b/m)).toEqual(['client/utils/storage/draftDatabase.ts'])
  const storage = /^client\/utils\/(storage\/|draftStorage\.ts$)/
  expect(uses(/from '[^']*draftDatabase\.ts'/).filter(file => storage.test(file))).not.toEqual([])
  // Types describe what is stored; they store nothing.
  expect(uses(/^import (?!type).*(\/storage\/\w+|\/draftStorage)\.ts'/m).filter(file => !storage.test(file)).map(file => path.dirname(file)))
    .toSatisfy((folders: string[]) => folders.length > 0 && folders.every(folder => /^client\/(stores|workers)$/.test(folder)))
})

test.each(files.filter(file => file.startsWith('client/')))('%s loads the wire\'s types only, not its schemas', (file) => {
  expect(read(file)).not.toMatch(/^import (?!type).*shared\/protocol\.ts'/m)
})

test('shared and sdk know neither Node nor Vue nor a browser\'s page', () => {
  for (const file of files.filter(file => /^(shared|sdk)\//.test(file))) {
    expect(specifiers(file).filter(specifier => !specifier.startsWith('.') && specifier !== 'zod'), file).toEqual([])
    expect(read(file), file).not.toMatch(/\b(document|window|process)\./)
  }
})
