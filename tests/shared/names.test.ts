import { expect, test } from 'vitest'
import { nameInSentence, plainLine, shortName, shownName, shownSentence } from '../../src/shared/plainText.ts'
import { sessionTitle } from '../../src/shared/titles.ts'

test.each([
  ['turns what follows', 'invoice\u202Efdp.exe', 'invoice\uFFFDfdp.exe'],
  ['isolates it', '\u2066a\u2069.pdf', '\uFFFDa\uFFFD.pdf'],
  ['has no width', 'a\u200Bb\u2060c\uFEFF.png', 'a\uFFFDb\uFFFDc\uFFFD.png'],
  ['begins another line', 'a.pdf\nb.pdf\u2028c.pdf', 'a.pdf\uFFFDb.pdf\uFFFDc.pdf'],
  ['is a terminal\'s', 'a\u001B[31m.txt', 'a\uFFFD[31m.txt'],
])('what %s in a name is seen', (_, name, shown) => {
  expect(shownName(name)).toBe(shown)
  expect(nameInSentence(name)).toBe(shown)
})

test('names of all languages, and emoji of several parts, are as they are', () => {
  for (const name of ['Übersicht – 2.pdf', '文件 🎉.png', 'e\u0301.txt', '👨‍👩‍👧.png', 'می‌خواهم.txt'])
    expect(shownName(name)).toBe(name)
})

test('a name that is read from the right turns nothing of the sentence around it', () => {
  expect(nameInSentence('שלום 5')).toBe('\u2068שלום 5\u2069')
  expect(nameInSentence('notes 5')).toBe('notes 5')
  expect(shownSentence('שלום 5 is empty. Attach another file.', ['שלום 5'])).toBe('\u2068שלום 5\u2069 is empty. Attach another file.')
  expect(shownSentence('a\u202E.pdf is empty. \u2068שלום\u2069 is not.', ['a\u202E.pdf'])).toBe('a\uFFFD.pdf is empty. \u2068שלום\u2069 is not.')
})

test('a long name keeps its beginning and its end where there is little room', () => {
  expect(shortName('Screenshot 2026-11-28 at 08.41.12 of the login page.png')).toBe('Screenshot 2026-11-2…gin page.png')
  expect(shortName(`${'👨‍👩‍👧'.repeat(40)}.zip`)).toBe(`${'👨‍👩‍👧'.repeat(20)}…${'👨‍👩‍👧'.repeat(8)}.zip`)
  expect(plainLine('a😀😀', 3)).toBe('a…')
  expect(shortName('👨‍👩‍👧 photos.zip')).toBe('👨‍👩‍👧 photos.zip')
  expect(shortName(`a\u202E${'b'.repeat(60)}.zip`)).toBe('a\uFFFDbbbbbbbbbbbbbbbbbb…bbbbbbbb.zip')
})

test('a session is called by nothing that cannot be seen', () => {
  expect(sessionTitle({ given: 'a\u200B\u200Eb\u202E\u2060' })).toBe('ab')
  expect(sessionTitle({ filename: 'photo\u202Egnp.exe' })).toBe('photo\uFFFDgnp.exe')
})
