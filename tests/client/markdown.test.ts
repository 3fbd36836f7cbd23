// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import MarkdownText from '../../src/client/components/session/MarkdownText.vue'
import { renderBlocks, renderMarkdown } from '../../src/client/utils/text/markdown/markdown.ts'

enableAutoUnmount(afterEach)

afterEach(() => document.body.replaceChildren())

function rendered(text: string) {
  const box = document.createElement('div')
  box.innerHTML = renderMarkdown(text)
  return box
}

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<iframe src="https://example.com"></iframe>',
  '<style>body { display: none }</style>',
])('%s is text, not a part of the page', (text) => {
  expect(rendered(text).textContent).toContain(text)
  expect(rendered(text).querySelector('script, img, svg, iframe, style')).toBeNull()
})

test.each([
  '[x](javascript:alert(1))',
  '[x](JavaScript:alert(1))',
  '[x](java&#x73;cript:alert(1))',
  '[x](data:text/html,<b>x</b>)',
  '[x](data:image/png;base64,AAAA)',
  '[x](vbscript:x)',
  '[x](file:///etc/passwd)',
  '![x](javascript:alert(1))',
])('%s leads nowhere', (text) => {
  expect(rendered(text).querySelector('a[href], img')).toBeNull()
})

test('links open beside the page and do not hand it over', () => {
  const links = rendered('[here](https://example.com/a) or https://example.com/b').querySelectorAll('a')

  expect([...links].map(link => link.getAttribute('href'))).toEqual(['https://example.com/a', 'https://example.com/b'])
  for (const link of links)
    expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' })
})

test('a picture on another host is a link: nobody learns that it was read', () => {
  const text = rendered('![a chart](https://example.com/chart.png)')

  expect(text.querySelector('img')).toBeNull()
  expect(text.querySelector('a')).toMatchObject({ href: 'https://example.com/chart.png', textContent: 'a chart' })
})

test('names of files are not taken for hosts', () => {
  expect(rendered('see README.md and main.rs').querySelector('a')).toBeNull()
})

test('lines stay lines, as they were written', () => {
  expect(rendered('one\ntwo').querySelectorAll('br')).toHaveLength(1)
})

test('code is shown letter by letter, with its language and a way to copy it', () => {
  const code = rendered('```html\n<b>&amp;</b>\n```')

  expect(code.querySelector('pre')?.textContent).toBe('<b>&amp;</b>\n')
  expect(code.querySelector('.code-header')?.textContent).toBe('htmlCopy code')
})

test('columns of figures keep their side', () => {
  expect(rendered('| a | b |\n|---|--:|\n| x | 1 |').querySelectorAll('.right')).toHaveLength(2)
})

test.each([['lists', (level: number) => `${'  '.repeat(level)}- level ${level}.`], ['quotes', (level: number) => `${'> '.repeat(level + 1)}level ${level}.\n`]])('of %s that are nested deeper than anybody could draw, every word is shown', (_kind, line) => {
  const text = rendered(Array.from({ length: 150 }, (_, level) => line(level)).join('\n')).textContent ?? ''

  expect(Array.from({ length: 150 }, (_, level) => level).filter(level => !text.includes(`level ${level}.`))).toEqual([])
})

test('items with a box are a checklist', () => {
  const boxes = rendered('- [x] one\n- [ ] two\n- three [x]').querySelectorAll('input')

  expect([...boxes].map(box => [box.type, box.checked, box.disabled, box.getAttribute('aria-label')])).toEqual([
    ['checkbox', true, true, 'Done'], ['checkbox', false, true, 'Not done'],
  ])
})

test('a footnote leads to its note and back, within its own message', () => {
  const text = document.createElement('div')
  text.innerHTML = renderBlocks('Said[^1].\n\n[^1]: By whom.', 'a').join('') + renderBlocks('Said[^1].\n\n[^1]: By another.', 'b').join('')

  const [first, second] = text.querySelectorAll('sup a')
  expect(text.querySelector(`[id="${first!.getAttribute('href')!.slice(1)}"]`)?.textContent).toContain('By whom.')
  expect(text.querySelector(`[id="${second!.getAttribute('href')!.slice(1)}"]`)?.textContent).toContain('By another.')
})

test('formulas are told from dollars', () => {
  const formulas = (text: string) => [...rendered(text).querySelectorAll<HTMLElement>('.math')].map(({ dataset }) => dataset.formula)

  expect(formulas('\\(a_1\\) and $$b < c$$')).toEqual(['a_1', 'b < c'])
  expect(formulas('> $$\n> x^2\n> $$\n\n- \\[y\\]')).toEqual(['x^2', 'y'])
  expect(formulas('it costs $5, or $6 with `$$code$$`')).toEqual([])
})

test('a figure and its unit stay on one line of a table', () => {
  const table = rendered('| it takes |\n|---|\n| about 41 ms, or 3.5 MB of it, in the middle of the night |')

  expect([...table.querySelectorAll('.figure')].map(({ textContent }) => textContent)).toEqual(['41 ms', '3.5 MB'])
})

test('text that is selected while it grows stays selected', async () => {
  const text = mount(MarkdownText, { props: { text: 'one **two** three' }, attachTo: document.body })
  await expect.poll(() => text.find('strong').exists()).toBe(true)
  const [strong, end] = [text.get('strong').element, text.get('strong').element.nextSibling]

  await text.setProps({ text: 'one **two** three four' })

  await expect.poll(() => text.text()).toBe('one two three four')
  expect(text.get('strong').element).toBe(strong)
  expect(text.get('strong').element.nextSibling).toBe(end)
})

test('a formula is drawn, and one that cannot be read does no harm', async () => {
  Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat', configurable: true }) // as the app's own page
  const text = mount(MarkdownText, { props: { text: '\\(x^2\\) \\(\\href{javascript:alert(1)}{x} \\includegraphics{http://x}\\)' }, attachTo: document.body })

  await expect.poll(() => text.findAll('.math.drawn').length, { timeout: 60_000 }).toBe(2)
  expect(text.find('.katex').exists()).toBe(true)
  expect(text.find('a, img').exists()).toBe(false)
})

test('while an answer grows, what stands already is not drawn again', () => {
  const before = renderBlocks('# Title\n\nfirst paragraph\n\nsecond par')
  const after = renderBlocks('# Title\n\nfirst paragraph\n\nsecond paragraph')

  expect(after).toHaveLength(3)
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
})

test('"Copy code" copies the block it stands over, and says so', async () => {
  const text = mount(MarkdownText, { props: { text: '```\none\n```\n\n```\ntwo\n```' }, attachTo: document.body })
  await expect.poll(() => text.findAll('button')).toHaveLength(2)

  const copy = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  await text.findAll('button')[1]!.trigger('click')

  await expect.poll(() => text.findAll('button')[1]!.text()).toBe('Copied')
  expect(copy.mock.calls).toEqual([['two\n']])
})

test('where nothing may be copied, the button does not claim it', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('no', 'NotAllowedError'))
  const text = mount(MarkdownText, { props: { text: '```\none\n```' }, attachTo: document.body })
  await expect.poll(() => text.find('button').exists()).toBe(true)

  await text.get('button').trigger('click')

  await expect.poll(() => text.get('button').text()).toBe('Not copied')
})

test('an answer is shown as it comes in', async () => {
  const text = mount(MarkdownText, { props: { text: 'The **answ' }, attachTo: document.body })
  expect(text.text()).toContain('answ')

  await text.setProps({ text: 'The **answer**' })

  await expect.poll(() => text.find('strong').exists() && text.get('strong').text()).toBe('answer')
})
