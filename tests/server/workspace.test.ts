import { link, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { storedFilename } from '../../src/server/inspection/filenames.ts'
import { HeldFolder } from '../../src/server/storage/workspace/heldFolder.ts'
import { openWorkspaces } from '../../src/server/storage/workspace/workspace.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

const bytes = Buffer.from('what was attached')

async function openWorkspace() {
  const folder = await temporaryFolder()
  const [root, outside] = [path.join(folder, 'workspaces'), path.join(folder, 'outside')]
  await mkdir(outside)
  await writeFile(path.join(outside, 'secret.txt'), 'untouched')
  const workspaces = await openWorkspaces(root)
  const attachments = path.join(await workspaces.ensureFolder('one'), 'attachments')
  await mkdir(attachments)
  return { workspaces, root, outside, attachments }
}

async function isUntouched(outside: string) {
  expect(await readdir(outside)).toEqual(['secret.txt'])
  expect(await readFile(path.join(outside, 'secret.txt'), 'utf8')).toBe('untouched')
}

test('a link to a file outside is neither followed nor overwritten', async () => {
  const { workspaces, outside, attachments } = await openWorkspace()
  await symlink(path.join(outside, 'secret.txt'), path.join(attachments, 'report.pdf'))
  await symlink(path.join(outside, 'not there.txt'), path.join(attachments, 'report-2.pdf'))

  expect(await workspaces.place('one', 'report.pdf', bytes)).toBe('attachments/report-3.pdf')

  await isUntouched(outside)
})

test('a second name of a file outside is not written through', async () => {
  const { workspaces, outside, attachments } = await openWorkspace()
  await link(path.join(outside, 'secret.txt'), path.join(attachments, 'report.pdf'))

  expect(await workspaces.place('one', 'report.pdf', bytes)).toBe('attachments/report-2.pdf')

  await isUntouched(outside)
})

test.each(['one', 'one/attachments'])('a link in place of the folder %s is not followed', async (name) => {
  const { workspaces, root, outside } = await openWorkspace()
  await rename(path.join(root, name), path.join(root, 'moved away'))
  await symlink(outside, path.join(root, name))

  await expect(workspaces.place('one', 'report.pdf', bytes)).rejects.toThrow()

  await isUntouched(outside)
})

test('a folder that is exchanged for a link between the look and the write does not lead outside', async () => {
  const { root, outside } = await openWorkspace()
  const session = await HeldFolder.open(path.join(root, 'one'))
  const attachments = await session.enter('attachments')

  await rename(path.join(root, 'one'), path.join(root, 'moved away'))
  await symlink(outside, path.join(root, 'one'))
  await mkdir(path.join(outside, 'attachments'))

  // Either it happens in the folder that was looked at, or it does not happen.
  const file = await attachments.create('report.pdf').catch(() => undefined)
  await file?.close()
  await session.enter('more').then(folder => folder.close(), () => undefined)
  expect(await readdir(path.join(outside, 'attachments'))).toEqual([])
  expect((await readdir(outside)).sort()).toEqual(['attachments', 'secret.txt'])
  if (process.platform === 'linux')
    expect(await readdir(path.join(root, 'moved away', 'attachments'))).toEqual(['report.pdf'])
  await attachments.close()
  await session.close()
})

test.each(['..', '.', '', 'a/b', '../x', '/etc'])('%j is no name of something inside a folder', async (name) => {
  const { root } = await openWorkspace()
  const folder = await HeldFolder.open(root)

  await expect(folder.create(name)).rejects.toThrow('not the name')
  await expect(folder.enter(name)).rejects.toThrow('not the name')
  await folder.close()
})

test('removing a session takes its links away, and nothing they point to', async () => {
  const { workspaces, outside, attachments, root } = await openWorkspace()
  await symlink(outside, path.join(attachments, 'folder'))
  await symlink(path.join(outside, 'secret.txt'), path.join(attachments, 'file'))

  await workspaces.remove('one')

  expect(await readdir(root)).toEqual([])
  await isUntouched(outside)
})

test('fifty files of one name at the same moment all exist', async () => {
  const { workspaces, root } = await openWorkspace()
  const contents = Array.from({ length: 50 }, (_, i) => `file ${i}`)

  const places = await Promise.all(contents.map(content => workspaces.place('one', 'notes.txt', Buffer.from(content))))

  expect(new Set(places).size).toBe(50)
  expect(await Promise.all(places.map(place => readFile(path.join(root, 'one', place), 'utf8')))).toEqual(contents)
})

test('where a file will be is asked before it is there; where that fails nothing is there', async () => {
  const { workspaces, attachments } = await openWorkspace()
  const asked: [string, boolean][] = []
  const isThere = async (place: string) => (await readdir(attachments)).includes(path.basename(place))

  const place = await workspaces.place('one', 'report.pdf', bytes, async (place) => {
    asked.push([place, await isThere(place)])
    return asked.length > 1
  })

  expect(place).toBe('attachments/report-2.pdf')
  expect(asked).toEqual([['attachments/report.pdf', false], ['attachments/report-2.pdf', false]])
  expect(await readdir(attachments)).toEqual(['report-2.pdf'])

  await expect(workspaces.place('one', 'notes.txt', bytes, () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await readdir(attachments)).toEqual(['report-2.pdf'])
})

test('dotfiles that are there stay as they are, and none is ever made', async () => {
  const { workspaces, root, attachments } = await openWorkspace()
  const dotfiles = ['.env', '.git', '.claude.json']
  for (const name of dotfiles)
    await writeFile(path.join(attachments, name), 'mine')

  const places = await Promise.all([...dotfiles, '...', '.', '..hidden.png', '\u202E.env', ' .env', '\0.env', '_.env'].map(name => workspaces.place('one', name, bytes)))

  for (const place of places)
    expect(path.basename(place)).toMatch(/^[^.\s]/)
  for (const name of dotfiles)
    expect(await readFile(path.join(attachments, name), 'utf8')).toBe('mine')
  expect(await readdir(path.join(root, 'one'))).toEqual(['attachments'])
})

const NAMES = [
  'n'.repeat(300), `${'長い名前'.repeat(75)}.pdf`, `${'👩‍👩‍👧‍👦'.repeat(60)}.png`, '../../etc/passwd', '..\\..\\windows\\win.ini', '/', '\\', 'a\0b.png', '\0', 'CON', 'nul.txt',
  'LPT1', 'com9.tar.gz', '\u202Egnp.exe', '\u200F\u200E', '\u2066report\u2069.pdf', '🎉.png', 'e\u0301.txt', '\uD800.png', 'a:b.txt', 'what?.txt', 'tab\there', 'x.', 'x ', ' ', '', '~', '-rf', '$(reboot).sh', '%2e%2e%2f',
]

test.each(NAMES)('a file called %j lies in its folder under a safe name', async (name) => {
  const { workspaces, root, outside, attachments } = await openWorkspace()

  const place = await workspaces.place('one', name, bytes)

  const [file, ...others] = await readdir(attachments)
  expect(others).toEqual([])
  expect(place).toBe(`attachments/${file}`)
  expect(await readFile(path.join(root, 'one', place))).toEqual(bytes)
  expect((await stat(path.join(root, 'one', place))).mode & 0o777).toBe(0o600)
  expect(Buffer.byteLength(file!)).toBeLessThanOrEqual(220)
  expect(file).not.toMatch(/^[.\s]|[.\s]$|[\\/:?*"<>|]|\p{Cc}|\p{Cs}|[\u200B-\u200C\u200E-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|^(?:con|nul|aux|prn|com\d|lpt\d)(?:\.|$)/iu)
  await isUntouched(outside)
})

test.each(NAMES.filter(name => !/\p{Cs}/u.test(name)))('a file called %j is shown as it was', (name) => {
  expect(storedFilename(name)).toBe(name)
})

/**
 * How many files are removed side by side, at most. What is in a folder is known at once here, and no file goes before all
 * that go with it were asked for: how many those are is not for the disk to say.
 */
function watchRemovals() {
  const entries = Reflect.get(HeldFolder.prototype, 'entries') as HeldFolder['entries']
  const unlink = Reflect.get(HeldFolder.prototype, 'unlink') as HeldFolder['unlink']
  let [atOnce, most] = [0, 0]
  const read = vi.spyOn(HeldFolder.prototype, 'entries').mockImplementation(async function* (this: HeldFolder) {
    const all = []
    for await (const entry of entries.call(this))
      all.push(entry)
    yield* all
  })
  const removed = vi.spyOn(HeldFolder.prototype, 'unlink').mockImplementation(async function (this: HeldFolder, name) {
    most = Math.max(most, ++atOnce)
    await new Promise(resolve => setImmediate(resolve))
    await unlink.call(this, name).finally(() => atOnce--)
  })
  onTestFinished(() => {
    read.mockRestore()
    removed.mockRestore()
  })
  return { count: () => removed.mock.calls.length, most: () => most }
}

test('a folder with very many files is removed with all of it, and a few of them at a time: others need the disk, too', async () => {
  const { workspaces, root, outside, attachments } = await openWorkspace()
  for (let i = 0; i < 4; i++) {
    const folder = path.join(root, 'one', `folder-${i}`, 'deeper')
    await mkdir(folder, { recursive: true })
    await Promise.all(Array.from({ length: 500 }, (_, file) => writeFile(path.join(folder, `${file}.txt`), 'x')))
  }
  await mkdir(path.join(root, 'one', ...Array.from({ length: 100 }, () => 'down')), { recursive: true })
  await symlink(outside, path.join(attachments, 'link'))
  const removals = watchRemovals()
  await workspaces.remove('one')

  expect(removals.count()).toBe(2001)
  expect(removals.most()).toBeLessThanOrEqual(16)
  expect(await readdir(root)).toEqual([])
  await isUntouched(outside)
  await workspaces.remove('one')
})

test('of a link in the place of a session\'s folder only the link is removed', async () => {
  const { workspaces, root, outside } = await openWorkspace()
  await symlink(outside, path.join(root, 'two'))
  await workspaces.remove('two')
  expect(await readdir(root)).toEqual(['one'])
  await isUntouched(outside)
})
