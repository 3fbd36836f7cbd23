import BetterSqlite from 'better-sqlite3'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loopbackAgent } from '../../src/server/agents/loopback/loopback.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { gifBytes, jpegBytes, pdfBytes, pngBytes, webpBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

test('the loopback agent says it is not Claude, and names each thing that reached it to the byte', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const long = 'word '.repeat(300_000)
  const files: [string, string, Uint8Array | string][] = [
    ['shot.png', 'image/png', pngBytes({ width: 100, height: 80 })],
    ['photo.jpg', 'image/jpeg', jpegBytes()],
    ['anim.gif', 'image/gif', gifBytes()],
    ['`odd` name.webp', 'image/webp', webpBytes()],
    ['report.pdf', 'application/pdf', pdfBytes({ pages: 3 })],
    ['notes.txt', 'text/plain', 'größer\nals zuvor'],
    ['book.txt', 'text/plain', long],
  ]

  const sent = await tab.ask({
    session_id: 'one',
    text: 'what is this?\nand this?',
    images: files.slice(0, 4).map(([, type, bytes]) => image(bytes as Uint8Array, type)),
    documents: [pdf(files[4]![2] as Uint8Array), text(files[5]![2] as string), text(long)],
    media: files.map(([name], i) => i < 4 ? named('image', i, name) : named('document', i - 4, name)),
  })
  const answer = await tab.answerTo(sent)

  expect(answer.text).toContain('not Claude')
  for (const [name, type, bytes] of files) {
    const line = answer.text.split('\n').find(row => row.includes(name))
    expect(line).toContain(`${type}, ${Buffer.byteLength(bytes)} bytes`)
    expect(line).toContain(sha256(bytes))
  }
  expect(answer.text).toMatch(/> what is this\?\n> and this\?$/)
  expect(tab.textOf(answer.id)).toBe(answer.text)
  expect(tab.all('text_delta').length).toBeGreaterThan(5)
})

test('the loopback agent falls silent when it is told to stop, and says what it took', async () => {
  const stop = new AbortController()
  const pieces: string[] = []
  const nothing = () => Promise.reject(new Error('nothing is asked'))
  const turn = {
    tenant: 'default', sessionId: 'one', answerId: 'two', workspaceFolder: '.', content: [{ type: 'text' as const, text: 'word '.repeat(100) }],
    recorded: [], ask: nothing, attach: nothing, keep: nothing, allowed: { has: () => false, add: nothing },
    memory: { append: nothing, load: nothing, listSubkeys: nothing, delete: nothing },
    added: { take: () => undefined, some: nothing },
  }

  for await (const event of loopbackAgent.run(turn, stop.signal)) {
    pieces.push(event.type)
    stop.abort()
  }

  expect(pieces).toEqual(['delta', 'usage'])
})

test('a long message is answered in good time, and can be stopped', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const first = await tab.ask({ session_id: 'one', text: 'word '.repeat(50_000) })
  expect((await tab.answerTo(first)).text).toContain('word word')
  const second = await tab.ask({ session_id: 'one', text: 'word '.repeat(50_000) })
  await tab.heard('text_delta', frame => frame.message_id !== tab.all('turn_started')[0]!.message.id)
  tab.send({ type: 'stop', session_id: 'one' })

  const stopped = await tab.answerTo(second)
  expect(stopped.status).toBe('cancelled')
  expect(stopped.text).toMatch(/^This is the loopback agent/)
})

test('a stop is answered when it is recorded: no start of the server goes on with that turn', async () => {
  const server = await openServer()
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: '/slow 1000' })
  await tab.heard('text_delta')
  const other = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  onTestFinished(() => void other.close())
  other.exec('begin immediate') // nothing can be recorded now

  const stopped = server.request('/api/sessions/one/stop', { method: 'POST' }).then(async ({ status }) => ({ status, rows: await server.rows('messages') }))
  for (let i = 0; i < 30; i++)
    await server.sessions() // enough of other work for it to be answered, if it did not wait
  other.exec('rollback')

  expect(await stopped).toMatchObject({ status: 204, rows: [{ role: 'user', status: 'cancelled' }, { role: 'assistant', status: 'cancelled' }] })
})

test('what a command changed in a file of one long line is told up to a bound, and what is left out is said', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: `/write big.txt ${'x'.repeat(200_000)}\n/edit big.txt x => y\n/write small.txt one` }))

  const outputs = answer.parts.flatMap(part => part.type === 'tool' ? [part.output] : [])
  expect(outputs.map(output => JSON.stringify(output).length < 70_000)).toEqual([true, true, true])
  expect(outputs.map(output => output?.truncated)).toEqual([true, true, undefined])
  expect(outputs[2]?.change?.hunks).toMatchObject([{ newStart: 1, lines: ['+one'] }])
})
