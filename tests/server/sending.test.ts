import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { gifBytes, jpegBytes, pdfBytes, pngBytes, webpBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

test('a message is accepted, answered, and in the history of its session', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const sent = await tab.ask({ session_id: 'one', text: 'hello there' })
  const answer = await tab.answerTo(sent)

  expect(sent).toMatchObject({ role: 'user', sequence: 1, text: 'hello there', sessionId: 'one' })
  expect(answer).toMatchObject({ role: 'assistant', sequence: 2, status: 'complete', replyTo: sent.id })
  expect(await server.messages('one')).toEqual([{ ...sent, status: 'complete' }, answer])
})

test('whatever characters a message holds, it is in the history as it was written, and whole', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const words = 'before \0 after, \u{10FFFF}, \u202E, \ud83d\ude00'

  const sent = await tab.ask({ session_id: 'one', text: words })
  await tab.answerTo(sent)

  const [stored] = await server.messages('one')
  expect(stored!.text).toBe(words)
  expect(stored!.truncated).toBeUndefined()
})

test('a payload with only the original fields is enough', async () => {
  const server = await openServer()
  const tab = await server.connect()

  tab.send({ type: 'send_message', session_id: 'one', text: 'hi', images: [image(pngBytes())], documents: [text('notes')] })
  tab.send({ type: 'send_message', project_id: 'shop', text: 'hi', images: [], documents: [] })

  const first = await tab.heard('message_accepted', frame => frame.session_id === 'one')
  const second = await tab.heard('message_accepted', frame => frame.session_id !== 'one')
  expect(first.message.attachments.map(({ filename }) => filename)).toEqual(['image-1.png', 'document-1.txt'])
  expect(second.message_id).toMatch(/^[\w-]{36}$/)
  expect((await server.sessions()).find(({ id }) => id === second.session_id)).toMatchObject({ projectId: 'shop' })
})

test('a message that named no session finds the same one when it is sent again', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const first = await tab.say({ message_id: 'm1', text: 'hi' })
  const again = await tab.say({ message_id: 'm1', text: 'hi' })

  expect(again).toMatchObject({ type: 'message_accepted', replayed: true, session_id: first.session_id })
  expect(await server.sessions()).toHaveLength(1)
})

test('files without a word, and a word without files, are messages too', async () => {
  const server = await openServer()
  const tab = await server.connect()

  expect(await tab.say({ session_id: 'one', images: [image(pngBytes())] })).toMatchObject({ type: 'message_accepted' })
  expect(await tab.say({ session_id: 'one', text: 'only words' })).toMatchObject({ type: 'message_accepted' })
})

test('a frame may travel as binary', async () => {
  const server = await openServer()
  const tab = await server.connect()
  expect(await tab.heard('hello')).toMatchObject({ protocol: 1, binary_frames: true, limits: { fileBytes: 5 * 1024 * 1024 } })

  tab.socket.send(Buffer.from(JSON.stringify({ type: 'send_message', session_id: 'one', text: 'grüße 🎉' })), { binary: true })

  expect((await tab.heard('message_accepted')).message.text).toBe('grüße 🎉')
})

test('attachments keep the person’s order and names, and their bytes', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const photo = jpegBytes()
  const shot = pngBytes({ width: 30, height: 20 })

  const sent = await tab.ask({
    session_id: 'one',
    text: 'look',
    images: [image(photo, 'image/jpeg'), image(shot), image(gifBytes(), 'image/gif'), image(webpBytes(), 'image/webp')],
    documents: [pdf(pdfBytes(), 'from the title.pdf'), text('notes', 'ignored.txt')],
    media: [
      named('document', 1, 'notes.txt'),
      named('image', 1, 'shot.png'),
      named('image', 0, 'photo.jpg'),
      named('image', 1, 'a second name for the same.png'),
      named('image', 7, 'of nothing.png'),
    ],
  })

  expect(sent.attachments.map(({ filename }) => filename))
    .toEqual(['notes.txt', 'shot.png', 'photo.jpg', 'image-3.gif', 'image-4.webp', 'from the title.pdf'])
  expect(sent.attachments[1]).toMatchObject({
    mimeType: 'image/png',
    width: 30,
    height: 20,
    size: shot.length,
    sha256: createHash('sha256').update(shot).digest('hex'),
  })
  expect(sent).toMatchObject({ attachmentUrl: sent.attachments[0]!.url, attachmentName: 'notes.txt', attachmentType: 'text/plain' })
  const stored = await server.request(sent.attachments[2]!.url)
  expect(new Uint8Array(await stored.arrayBuffer())).toEqual(photo)
})

test('no row holds a file’s bytes', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const shot = pngBytes({ width: 50, height: 50 })
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'look', images: [image(shot)], documents: [text('the quick brown fox')] }))

  const rows = JSON.stringify([(await server.rows('messages')).map(row => ({ ...row, text: '' })), await server.rows('attachments'), await server.rows('sessions')])
  expect(rows).not.toContain(Buffer.from(shot).toString('base64').slice(20, 60))
  expect(rows).not.toContain('quick brown')
})

test('the same message sent again and again is stored once and answered once', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tabs = await Promise.all([server.connect(), server.connect()])
  const message = { session_id: 'one', message_id: 'm1', text: 'once', images: [image(pngBytes())] }

  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => tabs[i % 2]!.say({ ...message })))
  await tabs[0]!.heard('message_completed')
  const later = await tabs[1]!.say(message)

  const accepted = [...answers, later].map(answer => answer.type === 'message_accepted' && answer)
  expect(new Set(accepted.map(answer => answer && answer.message.id)).size).toBe(1)
  expect(later).toMatchObject({ replayed: true, message: { status: 'complete' } })
  expect(turns).toHaveLength(1)
  expect((await server.rows('messages')).filter(row => row.role === 'user')).toHaveLength(1)
  expect(await server.blobs()).toHaveLength(1)
})

test('ten tries on ten connections at once are still one message', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tabs = await Promise.all(Array.from({ length: 10 }, () => server.connect()))

  const answers = await Promise.all(tabs.map(tab => tab.say({ session_id: 'one', message_id: 'm1', text: 'once' })))

  expect(answers.filter(answer => answer.type === 'message_accepted' && !answer.replayed)).toHaveLength(1)
  await tabs[0]!.heard('message_completed')
  expect(turns).toHaveLength(1)
  expect(await server.rows('messages')).toHaveLength(2)
})

test('another message under a used id is refused, and the first one stays', async () => {
  const server = await openServer()
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', message_id: 'm1', text: 'first' })

  expect(await tab.say({ session_id: 'one', message_id: 'm1', text: 'second' }))
    .toMatchObject({ type: 'error', message_id: 'm1', session_id: 'one', problem: { status: 422, code: 'idempotency_mismatch' } })
  expect((await server.messages('one'))[0]!.text).toBe('first')
})

test('thirty messages at once all get a place, without gaps, in the order they were sent', async () => {
  const { agent } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()

  const sent = await Promise.all(Array.from({ length: 30 }, (_, i) =>
    tab.ask({ session_id: 'one', text: `message ${i}`, images: i % 3 ? [] : [image(pngBytes({ width: 200, height: 200, seed: i }))] })))
  await Promise.all(sent.map(message => tab.answerTo(message)))

  const history = await server.messages('one')
  expect(history.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  expect(history.filter(({ role }) => role === 'user').map(message => message.text)).toEqual(sent.map((_, i) => `message ${i}`))
})

test.each([
  [{ text: 'What is this?\nSecond line' }, 'What is this?'],
  [{ text: '\n  \n  spaced   out ' }, 'spaced out'],
  [{ text: 'one two three four five six seven eight nine ten eleven twelve thirteen' }, 'one two three four five six seven eight nine ten eleven…'],
  [{ text: '', images: [image(pngBytes())], media: [named('image', 0, 'shot.png')] }, 'shot.png'],
  [{ text: 'hello', session_title: '  My title ' }, 'My title'],
  [{ text: 'hello', session_title: '   ' }, 'hello'],
])('a new session gets a title that tells what it is about (%#)', async (message, title) => {
  const server = await openServer()
  const tab = await server.connect()

  await tab.ask({ session_id: 'one', ...message })

  expect(await server.sessions()).toMatchObject([{ id: 'one', title }])
})

test('a later message does not rename its session', async () => {
  const server = await openServer()
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'first' })
  await tab.ask({ session_id: 'one', text: 'second', session_title: 'third' })

  expect(await server.sessions()).toMatchObject([{ title: 'first' }])
})

test('half a character in the text does not break the message', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const sent = await tab.ask({ session_id: 'one', text: 'a\uD83D b', documents: [text('x\uDE00y')] })

  expect(sent.text).toBe('a\uFFFD b')
  expect(await (await server.request(sent.attachments[0]!.url)).text()).toBe('x\uFFFDy')
})

test('the mark that some editors put before a text is not part of it', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const sent = await tab.ask({ session_id: 'one', documents: [text('\uFEFFplain', 'a.txt')] })

  expect(sent.attachments).toMatchObject([{ size: 5 }])
  expect(await (await server.request(sent.attachments[0]!.url)).text()).toBe('plain')
})

test('a word does not overtake the PDF that was sent before it, which takes longer to check', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  const sent = await Promise.all([
    tab.ask({ session_id: 'one', documents: [pdf(pdfBytes({ pages: 40 }), 'report.pdf')] }),
    tab.ask({ session_id: 'one', text: 'and what do you say?' }),
  ])

  const asked = (await server.messages('one')).filter(({ role }) => role === 'user')
  expect(asked.map(({ id }) => id)).toEqual(sent.map(({ id }) => id))
})
