import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import SessionItem from '../../src/client/components/session/message/SessionItem.vue'
import { toSentView } from '../../src/client/utils/attachments/draftView.ts'
import { ownAttachments, shownAttachments } from '../../src/client/utils/parts/images.ts'
import type { Attachment } from '../../src/shared/protocol/attachment.ts'
import type { ToolPart } from '../../src/shared/protocol/parts.ts'
import { messageItem } from '../helpers/views.ts'

const attachment = (id: string, filename: string, mimeType: string): Attachment => ({
  id, messageId: 'm1', createdAt: '2026-11-27T08:00:00.000Z', filename, mimeType, size: 9, sha256: '00', width: null, height: null, animated: null, sideways: null,
  pages: null, url: `/api/attachments/${id}`, stillUrl: null, origin: 'agent', receipt: null, caption: null, path: filename,
})

test('what the agent made stands in the order in which people count, what a person attached in theirs', () => {
  const files = ['part-10.txt', 'part-2.txt', 'a/part-1.txt'].map((name, i) => toSentView(attachment(String(i), name, 'text/plain')))
  const mine = files.map(file => ({ ...file, path: undefined }))

  expect(ownAttachments({ attachments: files, parts: [] }).map(({ path }) => path)).toEqual(['a/part-1.txt', 'part-2.txt', 'part-10.txt'])
  expect(shownAttachments({ attachments: files, parts: [] }).map(({ path }) => path)).toEqual(['a/part-1.txt', 'part-2.txt', 'part-10.txt'])
  expect(ownAttachments({ attachments: mine, parts: [] })).toEqual(mine)
})

test('a picture that a tool read is shown where the tool is, opens in the preview, and stands not among the files of the answer', async () => {
  setActivePinia(createPinia())
  const [shot, report] = [attachment('1', 'shot.png', 'image/png'), attachment('2', 'report.txt', 'text/plain')]
  const read: ToolPart = {
    type: 'tool', id: 'read', name: 'Read', title: 'Read shot.png', input: {}, status: 'done', startedAt: shot.createdAt, endedAt: shot.createdAt, parentId: null, output: { images: [shot] },
  }
  const item = messageItem({ role: 'assistant', status: 'complete', text: '', parts: [read], attachments: [shot, report].map(toSentView) })
  const answer = mount(SessionItem, { props: { item }, attachTo: document.body })

  expect(answer.get('ul[aria-label="Files from the agent"]').findAll('li').map(li => li.get('button').attributes('aria-label'))).toEqual(['Preview report.txt'])
  const step = answer.findAll('button').find(button => button.text().includes('Read shot.png'))!
  if (step.attributes('aria-expanded') === 'false')
    await step.trigger('click')
  await answer.get('button[aria-label="Preview shot.png"]').trigger('click')

  expect(answer.emitted('preview')).toEqual([[expect.objectContaining({ id: '1', url: '/api/attachments/1' })]])
  expect(shownAttachments(item).map(({ name }) => name).sort()).toEqual(['report.txt', 'shot.png'])
  answer.unmount()
})
