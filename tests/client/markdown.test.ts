// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import MarkdownText from '../../src/client/components/session/markdown/MarkdownText.vue'
import { growTo } from '../../src/client/utils/text/growing.ts'
import { renderBlocks, renderMarkdown } from '../helpers/renderedMarkdown.ts'

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

test('what follows on something too deep is drawn as ever', () => {
  const deep = Array.from({ length: 40 }, (_, level) => `${'  '.repeat(level)}- level ${level}.`).join('\n')
  const text = rendered(`${deep}\n- another\n\n## Heading\n\nSaid[^1].\n\n[^1]: By whom.`)

  expect(text.querySelector('.as-written')?.textContent).toMatch(/^level 11\.\n- level 12\.[^]*- level 39\.$/)
  expect([...text.querySelectorAll('li')].at(-1)?.textContent).toBe('another')
  expect(text.querySelector('.footnote-text')?.textContent).toContain('By whom.')
})

test('items with a box are a checklist', () => {
  const boxes = rendered('- [x] **one** more\n- [ ] two\n- three [x]').querySelectorAll('input')

  expect([...boxes].map(box => [box.type, box.checked, box.disabled, box.getAttribute('aria-label')])).toEqual([
    ['checkbox', true, true, 'one more'], ['checkbox', false, true, 'two'],
  ])
})

test('a footnote leads to its note and back, within its own message', () => {
  const text = document.createElement('div')
  text.innerHTML = renderBlocks('Said[^1].\n\n[^1]: By whom.', 'a').join('') + renderBlocks('Said[^1].\n\n[^1]: By another.', 'b').join('')

  const [first, second] = text.querySelectorAll('sup a')
  expect(text.querySelector(`[id="${first!.getAttribute('href')!.slice(1)}"]`)?.textContent).toContain('By whom.')
  expect(text.querySelector(`[id="${second!.getAttribute('href')!.slice(1)}"]`)?.textContent).toContain('By another.')
})

test('no note is lost: not one that nothing mentions, not a second one, not one that nobody may mention', () => {
  const text = rendered('Said[^1], and x^[2], and [^none].\n\n[^1]: By one.\n[^2]: By nobody.\n[^1]: By one again.\n\n    And more.')

  expect([...text.querySelectorAll('.footnote-number')].map(({ textContent }) => textContent)).toEqual(['[1]', '[^2]', '[^1]'])
  for (const words of ['By one.', 'By nobody.', 'By one again.', 'And more.', 'x^[2]', '[^none]'])
    expect(text.textContent).toContain(words)
})

test('notes are notes in a quote and in a list as well', () => {
  for (const [first, then] of [['> ', '> '], ['- ', '  ']] as const) {
    const text = rendered(`${first}Said[^1], and[^2].\n${then}\n${then}[^1]: By one.\n${then}[^2]: By two.`)

    expect([...text.querySelectorAll('.footnote-text')].map(({ textContent }) => textContent?.trim())).toEqual(['By one.', 'By two.'])
    expect(text.querySelectorAll('sup a')).toHaveLength(2)
  }
})

test('formulas are told from dollars', () => {
  const formulas = (text: string) => [...rendered(text).querySelectorAll<HTMLElement>('.math')].map(({ dataset }) => dataset.formula)

  expect(formulas('\\(a_1\\) and $$b < c$$')).toEqual(['a_1', 'b < c'])
  expect(formulas('> $$\n> x^2\n> $$\n\n- \\[y\\]')).toEqual(['x^2', 'y'])
  expect(formulas('it costs $5, or $6 with `$$code$$`')).toEqual([])
})

test('a formula between $$ within a sentence belongs to it, and one in lines of its own is displayed', () => {
  const displayed = (text: string) => [...rendered(text).querySelectorAll('.math')].map(({ classList, tagName }) => `${tagName} ${classList.contains('display')}`)

  expect(displayed('for $$n$$ and \\(m\\), not\n\n> $$x^2$$\n\nnor \\[y\\]')).toEqual(['SPAN false', 'SPAN false', 'DIV true', 'SPAN true'])
})

test('a figure and its unit stay on one line of a table', () => {
  const table = rendered('| it takes |\n|---|\n| about 41 ms, or 3.5 MB of it, in the middle of the night |')

  expect([...table.querySelectorAll('.figure')].map(({ textContent }) => textContent)).toEqual(['41 ms', '3.5 MB'])
})

test('figures of every kind are whole: with gaps, in bold, with their currency', () => {
  const table = rendered('| it takes |\n|---|\n| 1 234 567 kB, **41** ms, € 12.50 and 3 milliseconds in the middle of the night |')

  expect([...table.querySelectorAll('.figure')].map(({ textContent }) => textContent)).toEqual(['1 234 567 kB', ' ms', '€ 12.50', '3 milliseconds'])
  expect(table.textContent).toContain('1 234 567 kB, 41 ms, € 12.50 and 3 milliseconds in the middle of the night')
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

test('what is selected in a growing answer stays selected when marks close, a table widens or code scrolls', async () => {
  const element = document.createElement('div')
  growTo(element, '<p>one **two</p><pre>code</pre><table><tbody><tr><td class="short">cell</td></tr></tbody></table>')
  element.querySelector('pre')!.tabIndex = 0 // it scrolls sideways, and can be reached by keyboard
  const [paragraph, pre, cell] = ['p', 'pre', 'td'].map(selector => element.querySelector(selector)!.firstChild!) as Text[]
  const range = document.createRange()
  range.setStart(paragraph!, 1)
  range.setEnd(pre!, 2)

  growTo(element, '<p>one <strong>two</strong></p><pre>code grows</pre><table><tbody><tr><td>cell that is long</td></tr></tbody></table>')

  expect([range.startContainer, range.startOffset, range.endContainer, range.endOffset]).toEqual([paragraph, 1, pre, 2])
  expect(element.querySelector('pre')).toMatchObject({ tabIndex: 0, textContent: 'code grows' })
  expect(element.querySelector('td')!.firstChild).toBe(cell)
  expect(element.querySelector('td')!.className).toBe('')
})

test('a button that says what became of its click goes on saying so while the code grows', () => {
  const element = document.createElement('div')
  growTo(element, '<button class="copy">Copy code</button><pre>a</pre>')
  element.querySelector('button')!.textContent = 'Copied'

  growTo(element, '<button class="copy">Copy code</button><pre>ab</pre>')

  expect(element.textContent).toBe('Copiedab')
})

async function shown(text: string) {
  Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat', configurable: true }) // as the app's own page
  const wrapper = mount(MarkdownText, { props: { text }, attachTo: document.body })
  await expect.poll(() => wrapper.findAll('.math').length > 0 && wrapper.findAll('.math:not(.drawn, .unreadable)').length).toBe(0)
  return wrapper
}

test('a formula is drawn, and can lead nowhere and fetch nothing', async () => {
  const text = await shown('\\(x^2\\) \\(\\href{javascript:alert(1)}{x} \\includegraphics{http://x}\\)')

  expect(text.findAll('.math.drawn')).toHaveLength(2)
  expect(text.find('.katex-html').exists()).toBe(true)
  expect(text.find('a, img').exists()).toBe(false)
})

test.each([
  ['no TeX', '\\frac{1'],
  ['a macro that calls itself', '\\def\\a{\\a\\a}\\a'],
  ['nested without end', '{'.repeat(2400) + 'x' + '}'.repeat(2400)],
])('a formula that is %s stays as it was written, and the next one is drawn', async (_kind, formula) => {
  const text = await shown(`\\(${formula}\\) and \\(x^2\\)`)

  expect(text.get('.math').text()).toBe(`\\(${formula}\\)`)
  expect(text.findAll('.math.drawn')).toHaveLength(1)
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
