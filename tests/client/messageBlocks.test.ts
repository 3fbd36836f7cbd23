import { expect, test } from 'vitest'
import { SendMessage } from '../../src/shared/protocol/frames.ts'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import { sendFrame, toSdkBlocks } from '../../src/client/utils/attachments/messageBlocks.ts'

const media = (name: string, type: DraftMedia['type'], mimeType: string, base64: string): DraftMedia =>
  ({ id: `id-${name}`, sessionId: 's1', name, type, mimeType, base64, createdAt: 1 })

const draft = [
  media('notes.txt', 'txt', 'text/plain', 'raw "text"'),
  media('shot.png', 'image', 'image/png', 'iVBORw=='),
  media('report.pdf', 'pdf', 'application/pdf', 'JVBERi0='),
]

test('images and documents have the shape of the Agent SDK, and keep their names and order beside it', () => {
  expect(toSdkBlocks(draft)).toEqual({
    images: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } }],
    documents: [
      { type: 'document', title: 'notes.txt', source: { type: 'text', media_type: 'text/plain', data: 'raw "text"' } },
      { type: 'document', title: 'report.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
    ],
    media: [
      { kind: 'document', index: 0, id: 'id-notes.txt', name: 'notes.txt' },
      { kind: 'image', index: 0, id: 'id-shot.png', name: 'shot.png' },
      { kind: 'document', index: 1, id: 'id-report.pdf', name: 'report.pdf' },
    ],
  })
})

test('the frame is what the server takes, whatever is in text and names', async () => {
  const head = { message_id: 'm1', session_id: 's1', project_id: 'default', text: 'emoji 🧳 and "quotes"\n' }
  const odd = media('emoji 🧳 "quoted"\u2028.txt', 'txt', 'text/plain', 'a\u2028b\\')

  const frame = SendMessage.parse(JSON.parse(await sendFrame(head, [odd]).text()))

  expect(frame).toMatchObject({ type: 'send_message', ...head, media: [{ name: odd.name }] })
  expect(frame.documents[0]!.source.data).toBe('a\u2028b\\')
})

test('every file is in the frame with its own bytes, in the order the person gave them, whatever lies between them', async () => {
  const mixed = [...draft, media('second.jpg', 'image', 'image/jpeg', '/9j/'), media('more.pdf', 'pdf', 'application/pdf', 'JVBERg==')]
  const head = { message_id: 'm1', session_id: 's1', project_id: 'default', text: '' }

  const frame = JSON.parse(await sendFrame(head, mixed).text()) as unknown

  expect(frame).toEqual({ type: 'send_message', ...head, ...toSdkBlocks(mixed) })
})

test('what the server holds goes by its id, with its place among all that the server makes of the others', async () => {
  const head = { message_id: 'm1', session_id: 's1', project_id: 'default', text: '' }
  const stored = (id: string) => ({ ...media(`${id}.png`, 'image', 'image/png', ''), stored: { id, url: '' } })
  const office = { ...media('plan.docx', 'txt', 'text/plain', 'the plan'), readFrom: { mimeType: 'application/x', base64: 'UEsDBA==', what: 'a document', size: 4 } } // its text, and itself
  const [notes, shot] = draft

  const frame = SendMessage.parse(JSON.parse(await sendFrame(head, [notes!, stored('one'), office, stored('two'), shot!]).text()))

  expect(frame).toMatchObject({ attachment_ids: ['one', 'two'], attachment_places: [1, 4] })
  expect(frame.media.map(({ name }) => name)).toEqual(['notes.txt', 'plan.docx.md', 'plan.docx', 'shot.png'])
})

test('a file that is damaged on the device is not sent cut short', () => {
  const head = { message_id: 'm1', session_id: 's1', project_id: 'default', text: '' }

  expect(() => sendFrame(head, [media('shot.png', 'image', 'image/png', 'iVBö')])).toThrow(/damaged on this device/)
})

test('a title is not longer than the model takes, and no character is cut in half', () => {
  const [document] = toSdkBlocks([media('🧳'.repeat(501), 'txt', 'text/plain', 'x')]).documents

  expect(document!.title).toBe('🧳'.repeat(500))
})
