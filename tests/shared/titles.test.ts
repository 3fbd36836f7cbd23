import { expect, test } from 'vitest'
import { sessionTitle } from '../../src/shared/titles.ts'

test.each([
  ['The **first chart** is _wrong_', 'The first chart is wrong'],
  ['# Quarterly figures', 'Quarterly figures'],
  ['## Closed heading ##', 'Closed heading'],
  ['```js\nconst a = 1\n```', 'const a = 1'],
  ['```\n```\nWhat is this?', 'What is this?'],
  ['~~~\nmake: *** [all] Error 2\n~~~', 'make: *** [all] Error 2'],
  ['> quoted\n\nand mine', 'quoted'],
  ['- [ ] buy milk', 'buy milk'],
  ['* a point', 'a point'],
  ['1. first of all', '1. first of all'],
  ['Why does `npm ci` fail?', 'Why does npm ci fail?'],
  ['See [the manual](https://example.org/a_b_c) first', 'See the manual first'],
  ['![chart.png](data:image/png;base64,AAAA)', 'chart.png'],
  ['<https://example.org> is down', 'https://example.org is down'],
  ['| Name | Value |\n|---|---|', 'Name | Value'],
  ['---\nAfter the rule', 'After the rule'],
  ['\\*not bold\\* and \\# 1', '*not bold* and # 1'],
  ['~~old~~ new', 'old new'],
])('a title says the words of %j without their Markdown', (text, title) => {
  expect(sessionTitle({ text })).toBe(title)
})

test.each([
  '2 * 3 * 4 is 24', 'snake_case_name and other_name', 'a*b*c', 'C# or F#?', '#12 is still open', '3 > 2', 'a ** b', '[draft] of the text', 'x[0](1 + 2', '-5 degrees', '2024. A year',
])('%j is no Markdown, and stays as it was written', (text) => {
  expect(sessionTitle({ text })).toBe(text)
})

test('a title is one line of at most sixty characters, cut between words', () => {
  const title = sessionTitle({ text: `word\t${'word '.repeat(100)}\nsecond line` })

  expect(title).toMatch(/^(word )+word…$/)
  expect(title.length).toBeLessThanOrEqual(61)
  expect(sessionTitle({ text: '😀'.repeat(100) })).toBe(`${'😀'.repeat(60)}…`)
})

test('what a person called it wins over what was written, and is not taken for Markdown', () => {
  expect(sessionTitle({ given: ' The **plan**\n', text: 'something else', filename: 'a.png' })).toBe('The **plan**')
  expect(sessionTitle({ given: 'x'.repeat(1000) })).toHaveLength(200)
})

test('files without words are called after the first of them', () => {
  expect(sessionTitle({ text: ' \n', filename: 'my_first_chart.png' })).toBe('my_first_chart.png')
  expect(sessionTitle({ text: '```\n```', filename: '__init__.py' })).toBe('__init__.py')
  expect(sessionTitle({ filename: `${'long '.repeat(30)}end.pdf` })).toMatch(/…/)
})

test('only where there is nothing to read it is untitled', () => {
  expect(['', '  \n\t', '\u200B\u200B', '```', '```js\n```'].map(text => sessionTitle({ text }))).toEqual(Array(5).fill('Untitled'))
  expect(['***', '# ', '>', '-'].map(text => sessionTitle({ text }))).toEqual(['***', '#', '>', '-'])
})

test('nothing in a title hides, turns or breaks the words beside it', () => {
  expect(sessionTitle({ text: 'photo\u202Egnp.exe\u0000\u001B[31m' })).toBe('photognp.exe[31m')
  expect(sessionTitle({ text: 'half \uD83D' })).toBe('half \uFFFD')
})

test('the longest text takes no longer than a short one', () => {
  const began = performance.now()
  for (const piece of ['*', '_', '[', '`', '> ', '~~~\n', '- ', '![', '\n', ' ', '\\', '*a ', '_a'])
    sessionTitle({ text: piece.repeat(1_000_000 / piece.length) })

  expect(performance.now() - began).toBeLessThan(2000)
})
