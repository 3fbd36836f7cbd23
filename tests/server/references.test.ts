import { expect, test } from 'vitest'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import { image, pdf } from '../helpers/blocks.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'

async function open() {
  const server = await openServer({ apiKeys: TWO_TENANTS })
  server.as(ANN)
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: '/write plan.txt the plan', images: [image(pngBytes())], documents: [pdf(pdfBytes(), 'a.pdf')] })
  const answer = await tab.answerTo(asked)
  return { server, tab, asked, answer, ids: [...answer.attachments, ...asked.attachments].map(({ id }) => id) }
}

test('what is stored is attached once more by its id, through each door, and no bytes are stored again', async () => {
  const { server, tab, asked, answer, ids } = await open()
  const blobs = await server.blobs()

  const sent = await tab.ask({ session_id: 'one', text: 'look', attachment_ids: ids })
  const posted = await (await server.request('/api/sessions/one/messages', json({ content: 'look', attachmentIds: ids }))).json() as PostedMessage
  const formed = await (await server.request('/api/sessions/one/messages', form({ content: 'look', attachmentIds: ids }))).json() as PostedMessage

  for (const message of [sent, posted.message, formed.message]) {
    expect(message.attachments.map(({ filename, sha256, origin, pages }) => [filename, sha256, origin, pages]))
      .toEqual([...answer.attachments, ...asked.attachments].map(({ filename, sha256, pages }) => [filename, sha256, 'person', pages]))
    expect(message.attachments.map(({ id }) => id)).not.toEqual(expect.arrayContaining(ids))
  }
  expect((await tab.answerTo(sent)).text).toContain('It received 3 attachments')
  expect(await server.blobs()).toEqual(blobs)
})

test('what is stored stands among new files where the person put it, through each door, and not where there is no such place', async () => {
  const { server, tab, ids } = await open()
  const [made = '', picture = '', document = ''] = ids
  const names = ({ attachments }: Message) => attachments.map(({ filename }) => filename)
  const fresh = { images: [image(pngBytes())], media: [{ kind: 'image' as const, index: 0, id: 'new', name: 'new.png' }] }

  const sent = await tab.ask({ session_id: 'one', text: 'look', ...fresh, attachment_ids: [picture, document, made], attachment_places: [3, 1, 0] })
  expect(names(sent)).toEqual(['plan.txt', 'a.pdf', 'new.png', 'image-1.png'])
  const lines = (await tab.answerTo(sent)).text.match(/(image-1|new)\.png/g)
  expect(lines).toEqual(['new.png', 'image-1.png']) // pictures in their order
  const again = { attachmentIds: [picture, document], attachmentPlaces: [1, 2] }
  const posted = await (await server.request('/api/sessions/one/messages', json({ content: 'look', attachments: [{ filename: 'new.txt', mimeType: 'text/plain', content: 'bmV3' }], ...again }))).json() as PostedMessage
  expect(names(posted.message)).toEqual(['new.txt', 'image-1.png', 'a.pdf'])
  const body = form({ content: 'look', attachmentIds: again.attachmentIds, attachmentPlaces: ['1', '2'] }, [file('new.txt', Buffer.from('new'), 'text/plain')])
  const formed = await (await server.request('/api/sessions/one/messages', body)).json() as PostedMessage
  expect(names(formed.message)).toEqual(['new.txt', 'image-1.png', 'a.pdf'])

  for (const attachment_places of [[0], [0, 0], [0, 3], [0, 1, 2]])
    expect(await tab.say({ session_id: 'one', text: 'look', ...fresh, attachment_ids: [picture, document], attachment_places })).toMatchObject({ type: 'error', problem: { status: 400 } })
  for (const attachmentPlaces of [[-1, 0], [0.5, 1], Array.from({ length: 101 }, (_, i) => i)])
    expect((await server.request('/api/sessions/one/messages', json({ content: 'look', ...again, attachmentPlaces }))).status).toBe(400)
  expect((await server.request('/api/sessions/one/messages', form({ content: 'look', attachmentIds: again.attachmentIds, attachmentPlaces: ['x', '1'] }))).status).toBe(400)
})

test('another tenant’s files cannot be attached, nor what is not there any more', async () => {
  const { server, tab, ids } = await open()
  const zoe = await server.connect({ headers: bearer(ZOE) })

  expect(await zoe.say({ session_id: 'hers', text: 'mine', attachment_ids: ids })).toMatchObject({ type: 'error', problem: { status: 404, code: 'attachment_not_found' } })
  await server.request(`/api/attachments/${ids[0]}`, { method: 'DELETE' })
  expect(await tab.say({ session_id: 'one', text: 'look', attachment_ids: ids })).toMatchObject({ type: 'error', problem: { status: 404 } })
  const response = await server.request('/api/sessions/one/messages', json({ content: 'look', attachmentIds: [ids[1], ids[1]] }))
  expect([response.status, (await response.json() as Problem).code]).toEqual([400, 'invalid_request'])
})

test('the same message again is the same message, though its files were deleted since', async () => {
  const { server, tab, ids } = await open()
  const frame = { session_id: 'one', message_id: 'again', text: 'look', attachment_ids: ids }
  const sent = await tab.ask(frame)
  for (const id of ids)
    await server.request(`/api/attachments/${id}`, { method: 'DELETE' })

  expect(await tab.say(frame)).toMatchObject({ type: 'message_accepted', replayed: true, message: { id: sent.id } })
  expect((await server.request(sent.attachments[0]!.url)).status).toBe(200)
})
