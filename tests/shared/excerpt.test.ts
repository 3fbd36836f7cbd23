import { expect, test } from 'vitest'
import { excerptOf } from '../../src/shared/search/excerpt.ts'
import { plainLines } from '../../src/shared/plainLines.ts'

/** As a person sees it: what is marked stands in brackets. */
function shown(text: string, terms: string[], isMarkdown = true): string {
  const { snippet, ranges } = excerptOf(text, terms, isMarkdown)
  return ranges.toReversed().reduce((line, [from, to]) => `${line.slice(0, from)}⟦${line.slice(from, to)}⟧${line.slice(to)}`, snippet)
}

test.each([
  ['The **needle** is _here_', 'The ⟦needle⟧ is here'],
  ['The nee**dle** is here', 'The nee**dle** is here'],
  ['# A needle\n\nand more', 'A ⟦needle⟧ and more'],
  ['See [the needle](https://example.org/a) first', 'See the ⟦needle⟧ first'],
  ['> - [x] a needle', 'a ⟦needle⟧'],
  ['Run this:\n```ts\nconst __needle__ = 1\n```\nand that', 'Run this: const __⟦needle⟧__ = 1 and that'],
  ['| Name | Size |\n|------|-----:|\n| needle | 2 |', 'Name | Size ⟦needle⟧ | 2'],
])('what is found in %j is shown as it is read', (text, line) => {
  expect(shown(text, ['needle'])).toBe(line)
})

test('what is found in the marks themselves is shown as it was written', () => {
  expect(shown('See [the manual](https://needle.org) **first**', ['needle'])).toBe('See [the manual](https://⟦needle⟧.org) **first**')
  expect(shown('The **plan**', ['**plan'])).toBe('The ⟦**plan⟧**')
  expect(shown('```python\nprint()\n```', ['python'])).toBe('```⟦python⟧ print() ```')
})

test('what a person has written is shown as it was written', () => {
  expect(shown('The **needle** of `__init__.py`', ['needle'], false)).toBe('The **⟦needle⟧** of `__init__.py`')
})

test('code is left as it is, also where its fence begins far above, and the marks of a long text take no room', () => {
  expect(shown(`\`\`\`\n${'x = 1\n'.repeat(500)}__needle__ = *p*\n\`\`\`\n`, ['needle'])).toMatch(/^…(x = 1 )+__⟦needle⟧__ = \*p\*$/)
  expect(shown(`${'word '.repeat(400)}**the needle** ${'[a](https://example.org/long/address) '.repeat(40)}`, ['needle'])).toMatch(/^…(word )+the ⟦needle⟧ (a )+a?…$/)
})

test('what is found at the end of a long line is shown with what stands behind it', () => {
  const text = `${'lorem '.repeat(105)}needle and what follows it`

  expect(shown(text, ['needle'])).toMatch(/^…(lorem )+⟦needle⟧ and what follows it$/)
  expect(shown(text, ['needle'], false)).toMatch(/^…(lorem )+⟦needle⟧ and what follows it$/)
})

/** Made so that a careless pattern tries every way to read them. */
const HOSTILE = ['|', '# a', '*a', '_a*b~~c', '[', '[a](b "', '`', '`a', '> [ ] ', '\n```', '| '].flatMap(piece => [piece.repeat(10_000), `${piece}${' '.repeat(10_000)}x`])

test.each(HOSTILE)('text that is made to hold a reader up holds nobody up (%#)', (text) => {
  expect(excerptOf(`${text}needle${text}`, ['needle'], true).ranges).toHaveLength(1)
  expect(plainLines(`${text}\nlast`)).not.toEqual([])
})
