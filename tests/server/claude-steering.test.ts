import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { image, pdf } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import type { StubReply, StubRequest } from '../helpers/messagesApiStub.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'
import { json } from '../helpers/rest.ts'

const reason = await missingSdk()
const PICTURE = Buffer.from(pngBytes()).toString('base64')

/** How often the picture stands in the last message of a person. */
const picturesIn = ({ messages }: StubRequest) => messages.flatMap(({ content }) => typeof content === 'string' ? [] : content).filter(({ source }) => source?.data === PICTURE).length

// Each turn starts a real process.
describe.skipIf(reason)('A message that is added to Claude’s turn', { timeout: 90_000 }, () => {
  test.each<[string, (file: string) => StubReply]>([
    ['between two steps is heard with the result of the first', file => ({ tool: 'Read', input: { file_path: file } })],
    ['while it says its last words is heard behind them', () => ({ text: 'The first is done.' })],
  ])('%s, with its picture, in one answer', async (_, firstReply) => {
    const { api, server } = await openClaude()
    const folder = path.join(server.dataFolder, 'workspaces', 'one')
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'a.txt'), 'hello\n')
    const tab = await server.connect()
    let reply = (_: StubReply) => {}
    const replied = new Promise<StubReply>((resolve) => { reply = resolve })
    api.script.later = () => api.requests.length === 1 ? replied : Promise.resolve({ text: 'Both are done.' })

    const first = await tab.ask({ session_id: 'one', text: 'first', images: [image(pngBytes({ width: 20, seed: 3 }))] })
    await eventually(() => api.requests.length).toBe(1)
    const second = await tab.ask({ session_id: 'one', text: 'also this', images: [image(pngBytes())], documents: [pdf(pdfBytes({ pages: 1 }), 'report.pdf')] })
    const third = await tab.ask({ session_id: 'one', text: 'and then' })
    expect((await server.request(`/api/sessions/one/messages/${second.id}/steer`, json({ when: 'next' }))).status).toBe(202)
    reply(firstReply(path.join(folder, 'a.txt')))

    const answer = await tab.answerTo(first)
    expect(answer).toMatchObject({ status: 'complete', text: expect.stringMatching(/Both are done\.$/) })
    expect(api.requests.map(picturesIn)[1]).toBe(1)
    expect(JSON.stringify(api.requests[1])).toContain('also this')
    await eventually(async () => (await server.messages('one')).find(({ id }) => id === second.id)).toMatchObject({ status: 'complete', addedTo: answer.id })

    await eventually(async () => (await server.messages('one')).find(({ id }) => id === second.id)!.attachments).toMatchObject([
      { receipt: { identical: true, mimeType: 'image/png', width: 8, height: 8 } },
      { receipt: { identical: true, mimeType: 'application/pdf' } },
    ])
    expect((await server.messages('one')).find(({ id }) => id === first.id)!.attachments).toMatchObject([{ receipt: { identical: true, width: 20 } }])
    await tab.answerTo(third)
    const said = JSON.stringify(api.requests.at(-1)!.messages)
    expect(said.split('also this')).toHaveLength(2)
    expect(said).toContain('and then')
  })
})
