import { describe, expect, test } from 'vitest'
import { inspectImage } from '../../src/shared/images/inspectImage.ts'
import type { ImageType } from '../../src/shared/attachments.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'
import { file, form } from '../helpers/rest.ts'
import { openServer } from '../helpers/openServer.ts'

const reason = await missingSdk()

const files = {
  images: [image(pngBytes())],
  documents: [pdf(pdfBytes({ pages: 1 }), 'report.pdf'), text('words', 'a.txt')],
  media: [named('document', 1, 'a.txt'), named('image', 0, 'shot.png'), named('document', 0, 'report.pdf')],
}
const IDENTICAL = [
  { filename: 'a.txt', receipt: { identical: true, mimeType: 'text/plain', size: 5, width: null, height: null } },
  { filename: 'shot.png', receipt: { identical: true, mimeType: 'image/png', size: pngBytes().length, width: 8, height: 8 } },
  { filename: 'report.pdf', receipt: { identical: true, mimeType: 'application/pdf', size: pdfBytes({ pages: 1 }).length, width: null, height: null } },
]

test('what the loopback agent received is noted beside each file from the end of its turn, in every tab and after a reload', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const asked = await tab.ask({ session_id: 'one', text: '/slow 3', ...files })
  expect(asked.attachments.map(({ receipt }) => receipt)).toEqual([null, null, null])
  await tab.answerTo(asked)

  expect((await server.messages('one'))[0]!.attachments).toMatchObject(IDENTICAL)
  expect((await tab.heard('message_updated', ({ message }) => message.id === asked.id)).message.attachments).toMatchObject(IDENTICAL)
})

// Each turn starts a real process.
describe.skipIf(reason)('What Claude received', { timeout: 90_000 }, () => {
  test('is noted beside each file as it was sent to the API, and so is what was reduced on the way', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    const large = pngBytes({ width: 3000, height: 2000, colour: 'white' })

    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'look', ...files }))
    await server.request('/api/sessions/one/messages', form({ content: 'and this' }, [file('large.png', large)]))
    await eventually(async () => (await server.messages('one')).map(({ status }) => status)).toEqual(Array(4).fill('complete'))

    const [first, , second] = await server.messages('one')
    expect(first!.attachments).toMatchObject(IDENTICAL)
    const sent = api.requests.at(-1)!.messages.flatMap(({ content }) => typeof content === 'string' ? [] : content).filter(({ type }) => type === 'image').at(-1)!.source!
    const bytes = Buffer.from(sent.data, 'base64')
    const { width, height } = inspectImage(bytes, sent.media_type as ImageType)!
    expect(width).toBeLessThan(3000)
    expect(second!.attachments).toMatchObject([{ receipt: { identical: false, mimeType: sent.media_type, size: bytes.length, width, height } }])
  })

  test('is not said before the turn is over, and then also of one that was stopped', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ hang: 'One ' })
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'look', ...files })
    await tab.heard('text_delta')

    expect((await server.messages('one'))[0]!.attachments.map(({ receipt }) => receipt)).toEqual([null, null, null])
    tab.send({ type: 'stop', session_id: 'one' })
    await tab.answerTo(asked)
    await eventually(async () => (await server.messages('one'))[0]!.attachments[0]!.receipt?.identical).toBe(true) // it had it when it was stopped
  })
})
