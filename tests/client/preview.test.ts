// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, ref, shallowRef } from 'vue'
import AttachmentPreviewDialog from '../../src/client/components/preview/AttachmentPreviewDialog.vue'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { pdfBytes } from '../helpers/images.ts'
import { imageView, pdfView, textView } from '../helpers/views.ts'
import { until } from '../helpers/eventually.ts'

enableAutoUnmount(afterEach)

/** What became of the object URLs that were made: they hold whole files in memory. */
const alive = new Set<string>()

beforeEach(() => {
  alive.clear()
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
    const url = `blob:${crypto.randomUUID()}`
    alive.add(url)
    return url
  })
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => { alive.delete(url) })
})
afterEach(() => document.body.replaceChildren())

/** The dialog in a page that has a button to open it, and notes the keys that reach the page. */
async function openPreview(list: AttachmentView[], first = list[0]!, load: (attachment: AttachmentView) => Promise<Blob> = async () => new Blob(['hello'])) {
  const attachments = shallowRef<readonly AttachmentView[]>(list)
  const currentId = ref<string | null>(null)
  const keys: string[] = []
  const Page = defineComponent(() => () => h('div', { onKeydown: (event: KeyboardEvent) => keys.push(event.key) }, [
    h('button', { class: 'opener' }),
    h(AttachmentPreviewDialog, {
      attachments: attachments.value,
      load,
      currentId: currentId.value,
      'onUpdate:currentId': (id: string | null) => { currentId.value = id },
    }),
  ]))
  const page = mount(Page, { attachTo: document.body })
  page.get<HTMLElement>('.opener').element.focus()
  currentId.value = first.id
  await flushPromises()
  const dialog = page.get<HTMLDialogElement>('dialog')
  return {
    page,
    dialog,
    attachments,
    keys,
    name: () => dialog.element.open ? dialog.attributes('aria-label') : undefined,
    press: async (key: string) => {
      await dialog.trigger('keydown', { key })
      await flushPromises()
    },
    click: async (selector: string) => {
      await dialog.get(selector).trigger('click')
      await flushPromises()
    },
  }
}

const three = () => [imageView('one.png'), textView('two.txt'), pdfView('three.pdf')]

test('a preview is a dialog named after its file, and says where in the row it is', async () => {
  const list = three()
  const { dialog, name } = await openPreview(list, list[1])

  expect(name()).toBe('Preview of two.txt')
  expect(dialog.text()).toContain('2 of 3')
  expect(dialog.get('[aria-current]').attributes('aria-label')).toBe('Show two.txt')
})

test('arrow keys, Home and End walk through all attachments and stop at the ends', async () => {
  const { press, name } = await openPreview(three())

  await press('ArrowLeft')
  expect(name()).toBe('Preview of one.png')
  await press('ArrowRight')
  expect(name()).toBe('Preview of two.txt')
  await press('End')
  expect(name()).toBe('Preview of three.pdf')
  await press('ArrowRight')
  expect(name()).toBe('Preview of three.pdf')
  await press('Home')
  expect(name()).toBe('Preview of one.png')
})

test('buttons and thumbnails do the same as the keys', async () => {
  const { click, name } = await openPreview(three())

  await click('[aria-label="Next attachment"]')
  expect(name()).toBe('Preview of two.txt')
  await click('[aria-label="Previous attachment"]')
  expect(name()).toBe('Preview of one.png')
  await click('[aria-label="Show three.pdf"]')
  expect(name()).toBe('Preview of three.pdf')
})

test('no key pressed in the preview reaches the page behind it', async () => {
  const { press, keys } = await openPreview(three())

  for (const key of ['Backspace', 'Delete', 'Enter', 'Escape', 'ArrowRight'])
    await press(key)

  expect(keys).toEqual([])
})

test.each(['Escape', 'Close', 'a click beside it'])('%s closes, and the focus is back where it was', async (way) => {
  const { dialog, click, name, page } = await openPreview(three())

  if (way === 'Escape')
    await dialog.trigger('cancel') // what a browser makes of the key
  else if (way === 'Close')
    await click('[aria-label="Close"]')
  else
    await dialog.trigger('click')
  await flushPromises()

  expect(name()).toBeUndefined()
  expect(document.activeElement).toBe(page.get('.opener').element)
})

test('a click in the preview does not close it', async () => {
  const { click, name } = await openPreview(three())

  await click('.panel')

  expect(name()).toBe('Preview of one.png')
})

test('a text is shown as it is, with its lines', async () => {
  const { dialog } = await openPreview([textView('notes.txt')], undefined, async () => new Blob(['<b>one</b>\n\ttwo']))

  expect(dialog.get('pre').element.textContent).toBe('<b>one</b>\n\ttwo')
})

test('of a very long text the beginning is shown, and that there is more', async () => {
  const { dialog } = await openPreview([textView('long.txt')], undefined, async () => new Blob(['x'.repeat(200_001)]))

  expect(dialog.get('pre').element.textContent).toHaveLength(200_000)
  expect(dialog.text()).toContain('Only the first 200,000 characters are shown')
})

const fourPages = async () => new Blob([pdfBytes({ pages: 4 }) as Uint8Array<ArrayBuffer>])

test('a PDF shows its pages under their numbers, and can be downloaded under its name', async () => {
  const { dialog } = await openPreview([pdfView('report.pdf')], undefined, fourPages)

  await until(() => expect(dialog.findAll('figure')).toHaveLength(4))
  expect(dialog.findAll('figcaption').map(caption => caption.text())).toEqual(['Page 1 of 4', 'Page 2 of 4', 'Page 3 of 4', 'Page 4 of 4'])
  expect(dialog.get('a').attributes()).toMatchObject({ download: 'report.pdf', href: expect.stringMatching(/^blob:/) })
})

test('each page has its place before it is drawn, so that nothing moves', async () => {
  const { dialog } = await openPreview([pdfView('report.pdf')], undefined, fourPages)

  await until(() => expect(dialog.findAll('.paper')).toHaveLength(4))
  for (const paper of dialog.findAll<HTMLElement>('.paper'))
    expect(paper.element.style.aspectRatio).toBe('200 / 200')
})

test('a PDF that was sent is shown from the server', async () => {
  const load = vi.fn(fourPages)
  const { dialog } = await openPreview([pdfView('sent.pdf', { url: '/api/attachments/1' })], undefined, load)

  await until(() => expect(dialog.findAll('figure')).toHaveLength(4))
  expect(load).toHaveBeenCalledOnce()
  expect(dialog.get('a').attributes('href')).toBe('/api/attachments/1')
})

test('a PDF that cannot be shown says so, and can still be downloaded', async () => {
  const { dialog } = await openPreview([pdfView('damaged.pdf')], undefined, async () => new Blob(['%PDF-1.7 and no more']))

  await until(() => expect(dialog.find('[role="alert"]').exists()).toBe(true))
  expect(dialog.get('[role="alert"]').text()).toBe('This attachment could not be read.')
  expect(dialog.get('.message a').attributes()).toMatchObject({ download: 'damaged.pdf', href: expect.stringMatching(/^blob:/) })
})

test('a PDF whose bytes cannot be reached says so and can be tried again', async () => {
  const load = vi.fn<() => Promise<Blob>>().mockRejectedValueOnce(new Error('offline')).mockImplementation(fourPages)
  const { dialog, click } = await openPreview([pdfView('sent.pdf', { url: '/api/attachments/1' })], undefined, load)

  expect(dialog.get('.message a').attributes('href')).toBe('/api/attachments/1')
  await click('.message sl-button')
  await until(() => expect(dialog.findAll('figure')).toHaveLength(4))
})

test('an image that was sent comes from the server, not through the page', async () => {
  const load = vi.fn()
  const { dialog } = await openPreview([imageView('sent.png', { url: '/api/attachments/1' })], undefined, load)

  expect(dialog.get('.stage img').attributes('src')).toBe('/api/attachments/1')
  expect(load).not.toHaveBeenCalled()
})

test('whoever moves on quickly sees the last one, not the one that took longest', async () => {
  const [slow, fast] = [textView('slow.txt'), textView('fast.txt')]
  let arrive: (blob: Blob) => void = () => undefined
  const slowly = new Promise<Blob>((resolve) => { arrive = resolve })
  const { dialog, press } = await openPreview([slow, fast], slow, async ({ name }) => name === 'slow.txt' ? slowly : new Blob(['fast']))

  await press('ArrowRight')
  arrive(new Blob(['slow']))
  await flushPromises()

  expect(dialog.get('pre').text()).toBe('fast')
})

test('what cannot be read says so, and can be tried again', async () => {
  const load = vi.fn<() => Promise<Blob>>().mockRejectedValueOnce(new Error('gone')).mockResolvedValue(new Blob(['here again']))
  const { dialog, click } = await openPreview([textView('notes.txt')], undefined, load)

  expect(dialog.get('[role="alert"]').text()).toBe('This attachment could not be read.')
  await click('sl-button')
  expect(dialog.get('pre').text()).toBe('here again')
})

test('an image that turns out not to be one says so too', async () => {
  const { dialog } = await openPreview([imageView('broken.png')])

  await dialog.get('.stage img').trigger('error')

  expect(dialog.get('[role="alert"]').text()).toBe('This attachment could not be read.')
})

test('the memory of what was looked at is given back', async () => {
  const { press, click } = await openPreview([imageView('one.png'), imageView('two.png')])
  expect(alive.size).toBe(1)

  await press('ArrowRight')
  expect(alive.size).toBe(1)

  await click('[aria-label="Close"]')
  expect(alive.size).toBe(0)
})

test('when the shown one is removed its neighbour follows, and after the last one it closes', async () => {
  const list = three()
  const { attachments, name } = await openPreview(list, list[2])

  attachments.value = list.slice(0, 2)
  await flushPromises()
  expect(name()).toBe('Preview of two.txt')

  attachments.value = []
  await flushPromises()
  expect(name()).toBeUndefined()
})

test('a preview opens fitted, is zoomed by buttons and keys, and the next one is fitted again', async () => {
  const { dialog, press, click } = await openPreview([imageView('one.png'), imageView('two.png')])
  const zoom = () => Number(dialog.get<HTMLElement>('.stage').element.style.getPropertyValue('--zoom'))

  expect(zoom()).toBe(1)
  await click('[aria-label="Zoom out"]') // there is nothing beyond all of it
  expect(zoom()).toBe(1)

  await click('[aria-label="Zoom in"]')
  await press('+')
  expect(zoom()).toBeCloseTo(1.5625)
  await press('-')
  expect(zoom()).toBeCloseTo(1.25)
  await press('0')
  expect(zoom()).toBe(1)

  await press('+')
  await press('ArrowRight')
  expect(dialog.attributes('aria-label')).toBe('Preview of two.png')
  expect(zoom()).toBe(1)
})

test('a text is not zoomed: it wraps, and is as large as all text', async () => {
  const { dialog } = await openPreview([textView()])

  expect(dialog.find('[aria-label="Zoom"]').exists()).toBe(false)
})
