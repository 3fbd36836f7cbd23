// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import AttachmentThumbnails from '../../src/client/components/attachments/AttachmentThumbnails.vue'
import { useDataStore } from '../../src/client/stores/data.ts'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { splitName } from '../../src/client/utils/attachments/splitName.ts'
import { imageView, pdfView, textView } from '../helpers/views.ts'

enableAutoUnmount(afterEach)

afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

const show = (attachments: AttachmentView[], props: { removable?: boolean, disabled?: boolean, sent?: boolean } = { removable: true }) =>
  mount(AttachmentThumbnails, { props: { attachments, ...props }, attachTo: document.body })

const button = (list: ReturnType<typeof show>, name: string) => list.get<HTMLButtonElement>(`button[aria-label="${name}"]`)

test('what is attached stands there in order, by name', () => {
  const list = show([imageView('one.png'), pdfView('two.pdf'), textView('three.txt')])

  expect(list.get('ul').attributes('aria-label')).toBe('Attachments')
  expect(list.findAll('li').map(item => item.get('button').attributes('aria-label')))
    .toEqual(['Preview one.png', 'Preview two.pdf', 'Preview three.txt'])
})

test('an image is seen as itself, small, and a document as its name with its pages or size', () => {
  const list = show([
    imageView('one.png', { thumbnail: 'data:image/webp;base64,AAAA' }),
    imageView('sent.png', { thumbnail: undefined, url: '/api/attachments/1' }),
    pdfView('report.pdf', { pages: 12 }),
    textView('notes.txt', { size: 2048 }),
  ])

  expect(list.findAll('img').map(image => image.attributes('src'))).toEqual(['data:image/webp;base64,AAAA', '/api/attachments/1'])
  expect(button(list, 'Preview report.pdf').text()).toContain('12 pages')
  expect(button(list, 'Preview notes.txt').text()).toContain('2 KB')
})

test('a long name is cut in its middle: the extension and the number before it can be read', () => {
  const [start, end] = show([textView('the minutes of our meeting 17.txt')]).findAll('.file-name span').map(part => part.element.textContent)

  expect(start! + end!).toBe('the minutes of our meeting 17.txt')
  expect(end).toBe('g 17.txt')
})

test.each([
  ['photo.jpg', ['p', 'hoto.jpg']],
  ['Screenshot 2026-11-28 at 08.41.12.png', ['Screenshot 2026-11-28 at 08.4', '1.12.png']],
  ['README', ['RE', 'ADME']],
  ['تقرير_المبيعات_السنوي.pdf', ['تقرير_المبيعات_السنوي', '.pdf']], // no letter is taken from its word: they are joined
  ['דוח שנתי מס 7.pdf', ['דוח שנתי ', 'מס 7.pdf']],
  ['תקציר 2026-11-28.docx', ['תקציר ', '2026-11-28.docx']], // a date would be read from its end
  ['תקציר Report.pdf', ['תקציר ', 'Report.pdf']], // "pdf.Report"
  ['report תקציר שנתי.pdf', ['report תקציר שנתי', '.pdf']],
  ['שלום עולם (final).pdf', ['שלום עולם (final)', '.pdf']], // "final).pdf)"
  ['שלום (2).pdf', ['שלום', ' (2).pdf']],
  ['שלום (final version of the whole year).pdf', ['שלום (final version of the whole year)', '.pdf']],
  ['שלום abc (def)', ['שלום ', 'abc (def)']],
  ['שלום abc (12 עולם).pdf', ['שלום abc (12 עולם)', '.pdf']],
  ['שלום (final) 7.pdf', ['שלום ', '(final) 7.pdf']], // the number is read with the word before it
  ['report (שלום עולם)', ['report ', '(שלום עולם)']],
  ['שלום עולם (final.pdf', ['שלום עולם (', 'final.pdf']], // a bracket that has no partner
  ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦.png', ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', '.png']],
  ['cafe\u0301s.txt', ['ca', 'fe\u0301s.txt']],
])('the name %s is cut where nothing is torn apart or changes places', (name, parts) => {
  expect(splitName(name)).toEqual(parts)
  expect(parts.join('')).toBe(name)
})

test('a file that is being prepared can be removed already, but not looked at', async () => {
  const list = show([imageView('one.png', { state: 'preparing', thumbnail: undefined })])

  expect(button(list, 'Preview one.png').element.disabled).toBe(true)
  await button(list, 'Remove one.png').trigger('click')
  expect(list.emitted('remove')).toEqual([[expect.objectContaining({ name: 'one.png' })]])
})

test('nothing flashes: the ring comes only when preparing takes a while', async () => {
  vi.useFakeTimers()
  const list = show([imageView('one.png', { state: 'preparing' })])

  await vi.advanceTimersByTimeAsync(490)
  expect(list.find('.ring').exists()).toBe(false)
  await vi.advanceTimersByTimeAsync(20)
  expect(list.find('.ring').exists()).toBe(true)

  await list.setProps({ attachments: [imageView('one.png', { id: list.props('attachments')[0]!.id })] })
  await nextTick()
  expect(list.find('.ring').exists()).toBe(false)
})

test('what is only in this tab says so', () => {
  const list = show([imageView('one.png', { state: 'tab-only' })])

  const description = document.getElementById(button(list, 'Preview one.png').attributes('aria-describedby')!)
  expect(description?.textContent).toContain('Only in this tab: not saved on this device')
})

test('size and pixels are told to those who do not see the tooltip', () => {
  const list = show([imageView('one.png', { size: 300 * 1024, width: 1200, height: 800 })])

  const description = document.getElementById(button(list, 'Preview one.png').attributes('aria-describedby')!)
  expect(description?.textContent).toBe('300 KB · 1200 × 800\nSaved on this device')
})

test('what was sent can be looked at, not removed', async () => {
  const list = show([imageView('one.png')], {})

  expect(list.find('[aria-label="Remove one.png"]').exists()).toBe(false)
  await button(list, 'Preview one.png').trigger('click')
  expect(list.emitted('preview')).toEqual([[expect.objectContaining({ name: 'one.png' })]])
})

test('a message on its way is not kept waiting by the reading of its pictures; what waits longer shows them as they are', async () => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  const opened = vi.spyOn(useDataStore(), 'openAttachment').mockResolvedValue(new Blob(['as it is']))
  const list = show([imageView('one.png', { thumbnail: 'data:image/webp;base64,AAAA', url: undefined })], { sent: true })

  await vi.advanceTimersByTimeAsync(990)
  expect(opened).not.toHaveBeenCalled()
  expect(list.get('img').attributes('src')).toBe('data:image/webp;base64,AAAA')
  await vi.advanceTimersByTimeAsync(20)
  expect(opened).toHaveBeenCalledOnce()
  expect(list.get('img').attributes('src')).toMatch(/^blob:/)
})

test('removing by keyboard goes on to the next one, then to the one before, then is handed over', async () => {
  const [one, two, three] = [imageView('one.png'), imageView('two.png'), imageView('three.png')]
  const list = show([one, two, three])
  const focused = () => document.activeElement?.getAttribute('aria-label')

  button(list, 'Remove two.png').element.focus()
  await list.setProps({ attachments: [one, three] })
  expect(focused()).toBe('Remove three.png')

  await list.setProps({ attachments: [one] })
  expect(focused()).toBe('Remove one.png')

  expect(list.emitted('emptied')).toBeUndefined()
  await list.setProps({ attachments: [] })
  expect(list.emitted('emptied')).toHaveLength(1)
})

test('removing one does not take the focus from where the person is', async () => {
  const [one, two] = [imageView('one.png'), imageView('two.png')]
  const list = show([one, two])
  const elsewhere = document.body.appendChild(document.createElement('textarea'))
  elsewhere.focus()

  await list.setProps({ attachments: [one] })

  expect(document.activeElement).toBe(elsewhere)
  expect(list.emitted('emptied')).toBeUndefined()
})
