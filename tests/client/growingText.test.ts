import { expect, test } from 'vitest'
import { growingRenderer } from '../../src/client/utils/text/markdown/growingText.ts'
import { renderBlocks } from '../helpers/renderedMarkdown.ts'

/** What an answer may be made of, each long enough to be left behind while it grows. */
const PARTS = [
  'A paragraph with **bold**, `code` and 41 ms.\nIts second line.\n\n',
  '# Heading\n\n', 'Under it\n---\n\n',
  '- one\n- two\n\n  still two\n\n', '1. one\n\n2. two\n', '3) three\n', '> quoted\nlazily\n\n',
  '```js\nconst a = 1\n\nconst b = 2\n```\n', '    indented\n\n', '| a | b |\n|---|---|\n| 41 ms | 2 |\n\n',
  '$$\nx\n\ny\n$$\n', '$$ never closed\n', '\\[\na\n\n', 'b\n\\]\n\n', '[^1] and [somewhere]\n\n', '***\n', '- [ ] open\n- [x] done\n',
]

/** Different at each run of the test, the same for a number. */
function textOf(seed: number, parts: number) {
  let state = seed
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
  return Array.from({ length: parts }, () => PARTS[next() % PARTS.length]).join('')
}

test.each([1, 2, 3, 4])('however an answer grows, it is shown as if it had come whole (%i)', (seed) => {
  const text = textOf(seed, 250)
  const render = growingRenderer('a')
  for (let length = 0; length < text.length; length += 37)
    expect(render(text.slice(0, length))).toEqual(renderBlocks(text.slice(0, length), 'a'))
  expect(render(text)).toEqual(renderBlocks(text, 'a'))
})

test('what is only explained at the end of a long answer is a note and a link at its beginning, too', () => {
  const long = 'See [^1] and [there].\n\n' + 'A paragraph.\n\n'.repeat(300)
  const text = `${long}[^1]: a note\n\n[there]: https://example.org\n`
  const render = growingRenderer('a')
  render(long)

  expect(render(text)).toEqual(renderBlocks(text, 'a'))
  expect(render(text)[0]).toContain('href="https://example.org"')
})

test('the mention of a note takes its room before the note is there, and is what was written where none comes', () => {
  const text = 'Said[^1] and [^word].\n\n' + 'A paragraph.\n\n'.repeat(30)
  const whole = `${text}[^1]: By whom.`
  const wordsOf = (html = '') => html.replace(/<[^>]*>/g, '').trim()
  const render = growingRenderer('a')

  expect(wordsOf(render(text, true)[0])).toBe('Said[1] and [^word].')
  expect(wordsOf(render(`${text}More`, true)[0])).toBe('Said[1] and [^word].')
  expect(render(whole, true)).toEqual(renderBlocks(whole, 'a'))
  expect(wordsOf(growingRenderer('b')(whole)[0])).toBe('Said[1] and [^word].')

  const noteless = growingRenderer('a')
  noteless(text, true)
  expect(noteless(text)).toEqual(renderBlocks(text, 'a'))
})

test('a text that became another one is shown from its beginning', () => {
  const render = growingRenderer('a')
  render('A paragraph.\n\n'.repeat(300))

  expect(render('Something else')).toEqual(renderBlocks('Something else', 'a'))
})

test('of a long answer that grows by a word only the end is read again', () => {
  const render = growingRenderer('a')
  let text = 'A paragraph with **bold**, `code` and 41 ms.\n\n'.repeat(6000)
  render(text)
  const begun = performance.now()
  for (let i = 0; i < 20; i++) {
    text += ' word'
    render(text)
  }
  const grown = performance.now() - begun
  const again = performance.now()
  renderBlocks(text, 'b')

  expect(grown).toBeLessThan(20 * (performance.now() - again) / 4)
})
