import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { REPLACE_MODULES } from './helpers/replaceModules.ts'

/** Whom each layer may import. Its own files are always allowed; anything absent is not. */
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
  'client': ['client/components', 'client/composables', 'client/stores', 'client/utils'],
}

const src = path.resolve(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => /\.(ts|vue)$/.test(file))
const read = (file: string) => readFileSync(path.join(src, file), 'utf8')
const layerOf = (file: string) => Object.keys(MAY_IMPORT).find(layer => file.startsWith(`${layer}/`))
const specifiers = (file: string) => [...read(file).matchAll(/(?:from|import|import\(|new URL\() ?'([^']+)'/g)].map(([, specifier]) => specifier!)
/** The files of `src` that a file imports, types included. */
const imports = (file: string) => specifiers(file)
  .filter(specifier => specifier.startsWith('.'))
  .map(specifier => path.relative(src, path.resolve(src, path.dirname(file), specifier)))

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(40)
  expect(specifiers('client/main.ts')).toContain('./App.vue')
})

test.each(files)('%s imports only along the arrows', (file) => {
  const layer = layerOf(file)
  expect(layer, 'a folder the house does not know').toBeDefined()
  const imported = imports(file).map(layerOf).filter(other => other !== layer)

  expect(MAY_IMPORT[layer!]).toEqual(expect.arrayContaining(imported))
})

test('folders import each other in one direction only', () => {
  const arrows = new Map<string, Set<string>>()
  for (const file of files) {
    const from = path.dirname(file)
    const to = imports(file).map(other => path.dirname(other)).filter(other => other !== from)
    arrows.set(from, new Set([...arrows.get(from) ?? [], ...to]))
  }

  expect(circleIn(arrows)).toBeUndefined()
})

test('a circle of folders would be found', () => {
  expect(circleIn(new Map([['a', new Set(['b', 'c'])], ['b', new Set(['c'])], ['c', new Set()]]))).toBeUndefined()
  expect(circleIn(new Map([['a', new Set(['b'])], ['b', new Set(['c'])], ['c', new Set(['b'])]]))).toEqual(['b', 'c', 'b'])
})

test('no folder holds more than fifteen files', () => {
  const folders = readdirSync(src, { recursive: true, withFileTypes: true }).flatMap(entry => entry.isFile() ? [path.relative(src, entry.parentPath)] : [])
  const full = folders.filter(folder => folders.filter(other => other === folder).length > 15)
  expect([...new Set(full)]).toEqual([])
})

test('only the storage modules speak to the browser\'s database, and only stores and workers to them', () => {
  const uses = (pattern: RegExp) => files.filter(file => file.startsWith('client/') && pattern.test(read(file)))

  expect(uses(/^import (?!type).*from 'idb'|\bindexedDB\b/m)).toEqual(['client/utils/storage/draftDatabase.ts'])
  const storage = /^client\/utils\/storage\//
  expect(uses(/from '[^']*draftDatabase\.ts'/).filter(file => storage.test(file))).not.toEqual([])
  // Types describe what is stored; they store nothing.
  expect(uses(/^import (?!type).*\/storage\/\w+\.ts'/m).filter(file => !storage.test(file)).map(file => path.dirname(file)))
    .toSatisfy((folders: string[]) => folders.length > 0 && folders.every(folder => /^client\/(stores|workers)(\/|$)/.test(folder)))
})

test.each(files.filter(file => file.startsWith('client/')))('%s loads the wire\'s types only, not its schemas', (file) => {
  expect(read(file)).not.toMatch(/^import (?!type).*shared\/protocol\//m)
})

/** They hand their loaders to `lazyComponent`. */
const LAZY_LISTS = ['client/lazyPages.ts', 'client/components/session/lazyDialogs.ts', 'client/components/navigation/lazyOverlays.ts', 'client/components/composer/lazyBar.ts', 'client/components/navigation/openedDialogs.ts', 'client/components/ui/lazyRefusals.ts', 'client/components/preview/draft/lazyTools.ts']

test('every part of the app that is loaded later is loaded by the function that tells a person when it does not come', () => {
  const loads = files.filter(file => file.startsWith('client/') && !LAZY_LISTS.includes(file))
    .flatMap(file => read(file).split('\n').filter(line => /[^f] import\(|\(import\(/.test(line)).map(line => `${file}: ${line.trim()}`))

  expect(loads.length).toBeGreaterThan(5)
  expect(loads.filter(load => !/(?:loadPart|lazy)\(\(\) => import\('/.test(load))).toEqual([])
})

/** Of the first load, which brings no Shoelace: `shoelaceParts.ts` follows it. */
const DRAWN_FIRST = ['client/components/attachments/AttachmentThumbnail.vue', 'client/components/session/ConnectionStatus.vue', 'client/components/ui/NoticeList.vue']

test('whoever draws a part of Shoelace brings it, and sets what is true or false as a property: the part may not be there yet', () => {
  const drawn = files.filter(file => file.endsWith('.vue')).flatMap(file =>
    [...read(file).matchAll(/<sl-([a-z-]+)((?:[^>"]|"[^"]*")*)>/g)].map(([, part = '', attributes = '']) => ({ file, part, attributes })))
  const parts = read('client/shoelaceParts.ts')
  const brings = ({ file, part }: { file: string, part: string }) => (DRAWN_FIRST.includes(file) ? parts : read(file)).includes(`/components/${part}/${part}.js'`)

  expect(drawn.length).toBeGreaterThan(20)
  expect(drawn.filter(one => !brings(one)).map(({ file, part }) => `${file}: ${part}`)).toEqual([])
  expect(drawn.filter(({ attributes }) => / :(disabled|loading|open|active|checked)=/.test(attributes)).map(({ file }) => file)).toEqual([])
})

test('shared and sdk know neither Node nor Vue nor a browser\'s page', () => {
  for (const file of files.filter(file => /^(shared|sdk)\//.test(file))) {
    expect(specifiers(file).filter(specifier => !specifier.startsWith('.') && !['zod', 'markdown-it'].includes(specifier)), file).toEqual([])
    expect(read(file), file).not.toMatch(/^import (?!type).*'markdown-it'/m) // whoever reads with it hands it over
    expect(read(file), file).not.toMatch(/\b(document|window|process)\./)
  }
})

/** The numbered files under a heading of CONTRIBUTING.md. */
function wayUnder(heading: string): { file: string, number: number }[] {
  const text = readFileSync(path.join(src, '../CONTRIBUTING.md'), 'utf8').split(`### ${heading}\n`)[1]?.split(/^##/m)[0] ?? ''
  return [...text.matchAll(/^(\d+)\. `([^`]+)`/gm)].map(([, number, file]) => ({ file: file!, number: Number(number) }))
}

test.each([
  { heading: 'From a file to the disk', most: 11, beginnings: ['client/composables/doors/usePageDrops.ts', 'client/components/composer/MessageInput.vue'] },
  { heading: 'From Send to the answer', most: 35, beginnings: ['client/components/composer/MessageInput.vue', 'server/socket/socket.ts'] },
])('CONTRIBUTING says the way $heading: at most $most files, each tied by an import to one before it', ({ heading, most, beginnings }) => {
  const way = wayUnder(heading)
  const listed = way.map(({ file }) => file)
  const last = Math.max(...way.map(({ number }) => number))
  expect(listed.filter(file => !files.includes(file))).toEqual([])

  const isTied = (file: string, i: number) => listed.slice(0, i).some(before => imports(before).includes(file) || imports(file).includes(before))
  expect(listed.filter((file, i) => !isTied(file, i))).toEqual(beginnings)
  expect(last).toBeLessThanOrEqual(most)
  expect([...new Set(way.map(({ number }) => number))]).toEqual(Array.from({ length: last }, (_, i) => i + 1))
})

/** The first way from a folder back to itself, if there is one. */
function circleIn(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const clear = new Set<string>()
  const walk = (folder: string, way: readonly string[]): string[] | undefined => {
    const before = way.indexOf(folder)
    if (before >= 0)
      return [...way.slice(before), folder]
    if (clear.has(folder))
      return undefined
    for (const next of arrows.get(folder) ?? []) {
      const circle = walk(next, [...way, folder])
      if (circle)
        return circle
    }
    clear.add(folder)
    return undefined
  }
  for (const folder of arrows.keys()) {
    const circle = walk(folder, [])
    if (circle)
      return circle
  }
  return undefined
}

test('no test of the server replaces a module for those that share its process', () => {
  const tests = ['server', 'sdk', 'shared', 'postgres', 's3']
    .flatMap(folder => readdirSync(path.join(import.meta.dirname, folder)).map(file => `tests/${folder}/${file}`))
  expect(tests.filter(file => /vi\.(?:do)?[mM]ock\(/.test(readFileSync(path.join(src, '..', file), 'utf8')))).toEqual(REPLACE_MODULES)
})
