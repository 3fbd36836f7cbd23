// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { renderBlocks } from '../helpers/renderedMarkdown.ts'

// What is measured is our own reading. The sanitiser is fast in a browser and slow in this imitation of one.
vi.mock('dompurify', () => ({ default: { sanitize: (html: string) => html } }))

const CHARACTERS = 60_000
/** Milliseconds. Each takes well under one second; what reads everything again for each line takes minutes. */
const BOUND = 8000

test.each([
  '>', '> ', '- ', '- > ', '[', '![', '[a](', '*a ', '$$ ', '$$\n', '> $$\n', '\\[\n', '\\[ ', '\\( ', '[^1] ', '[^1]: a\n', '[^',
  '- [x] a\n', '|41 ms|\n', '|a|b\n|-|-\n', '1 ', '1,', '1 000 ', '    - a\n',
])('an answer that says nothing but %j does not hold up the page', (piece) => {
  for (const before of ['', '[^1]: note\n\n', '|a|\n|-|\n|']) {
    const started = performance.now()
    renderBlocks(before + piece.repeat(CHARACTERS / piece.length), 'x')
    expect(performance.now() - started).toBeLessThan(BOUND)
  }
})

test('notes without end are read in one go', () => {
  const started = performance.now()

  const blocks = renderBlocks(Array.from({ length: 5000 }, (_, i) => `Said[^${i}].\n\n[^${i}]: Note ${i}.\n\n`).join(''), 'x')

  expect(blocks).toHaveLength(10_000)
  expect(performance.now() - started).toBeLessThan(BOUND)
})
