// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import MarkdownText from '../../src/client/components/session/MarkdownText.vue'
import { renderBlocks, renderMarkdown } from '../../src/client/utils/text/markdown.ts'

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
