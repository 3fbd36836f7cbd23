// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import PdfCut from '../../src/client/components/preview/draft/PdfCut.vue'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { pdfView } from '../helpers/views.ts'

enableAutoUnmount(afterEach)

const NOT_KEPT = 'not kept yet'

/** Looks at the pages of a PDF that are to be chosen. */
const look = (attachment: AttachmentView) => mount(PdfCut, {
  props: { attachment, keep: () => Promise.resolve(), load: () => Promise.reject(new Error('nothing is drawn here')) },
})
type Look = ReturnType<typeof look>

const field = (cut: Look) => cut.get<HTMLInputElement>('input[aria-label="Pages"]')
const ticked = (cut: Look) => cut.findAll<HTMLInputElement>('[type="checkbox"]').flatMap(({ element }, i) => element.checked ? [i + 1] : [])

test('pages that were chosen and not kept are still chosen when the PDF is looked at again, and that they are not kept is told', async () => {
  const report = pdfView('report.pdf', { pages: 9 })
  const first = look(report)
  await field(first).setValue('1-3, 7')
  expect(first.text()).not.toContain(NOT_KEPT)
  first.unmount()

  const again = look(report)
  expect(ticked(again)).toEqual([1, 2, 3, 7])
  expect(again.get('[role="status"]').text()).toBe('Chosen before and not kept yet: report.pdf is as it was.')
  expect(again.findAll('button').map(button => button.element.disabled)).toEqual([false])
  expect(look(pdfView('other.pdf', { pages: 9 })).text()).not.toContain(NOT_KEPT)

  await again.setProps({ attachment: { ...report, pages: 4, edits: { id: 'given', pages: [1, 2, 3, 7], of: 9 } } })
  expect(again.text()).not.toContain(NOT_KEPT)
})

test('a choice that was taken back is forgotten', async () => {
  const report = pdfView('report.pdf', { pages: 9 })
  for (const pages of ['2', '1-9']) {
    const cut = look(report)
    await field(cut).setValue(pages)
    cut.unmount()
  }

  expect(look(report).text()).not.toContain(NOT_KEPT)
})

test('a choice is over where the PDF has other pages by now', async () => {
  const report = pdfView('report.pdf', { pages: 9 })
  const first = look(report)
  await field(first).setValue('2')
  first.unmount()

  const cut = look({ ...report, pages: 3, edits: { id: 'given', pages: [4, 5, 6], of: 9 } })
  expect(ticked(cut)).toEqual([4, 5, 6])
  expect(cut.text()).not.toContain(NOT_KEPT)
})
