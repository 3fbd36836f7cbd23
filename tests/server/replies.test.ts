import JSZip from 'jszip'
import { expect, test } from 'vitest'
import type { CreatedSharedLink } from '../../src/shared/protocol/sharedLink.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

/** A conversation in which three messages were sent while the first was answered: their answers stand behind all of them. */
async function openQueued() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const asked: Message[] = []
  for (const text of ['first', '*second* <b>one</b>', 'third'])
    asked.push(await tab.ask({ session_id: 'one', text }))
  for (let i = 0; i < asked.length; i++) {
    await eventually(() => turns.length).toBe(i + 1)
    turns[i]!.finish()
    await tab.answerTo(asked[i]!)
  }
  return { ...server, asked }
}

test('whoever takes a conversation away reads which message an answer belongs to that does not stand under it', async () => {
  const { request } = await openQueued()

  const zip = await JSZip.loadAsync(await (await request('/api/sessions/one/export?format=markdown')).arrayBuffer())
  const text = await zip.file('conversation.md')!.async('string')

  const answers = text.split('\n---\n').filter(message => message.includes('**Agent**'))
  expect(answers).toHaveLength(3)
  expect(answers[0]).not.toContain('Answers')
  expect(answers[1]).toMatch(/\*Answers “second \\<b\\>one\\<\/b\\>” of \d{4}-\d\d-\d\d \d\d:\d\d UTC\*/)
  expect(answers[2]).toMatch(/\*Answers “third” of /)
})

test('so do people outside, with a link that leads there', async () => {
  const { request, url, asked } = await openQueued()
  const { url: address } = await (await request('/api/sessions/one/links', json({ days: 3 }))).json() as CreatedSharedLink

  const page = await (await fetch(url + address)).text()

  const lines = [...page.matchAll(/<p class="note"><a href="#([^"]+)">Answers “<bdi>([^<]*)<\/bdi>”<\/a><\/p>/g)].map(([, id, words]) => [id, words])
  expect(lines).toEqual([[asked[1]!.id, 'second &lt;b&gt;one&lt;/b&gt;'], [asked[2]!.id, 'third']])
  for (const [id] of lines)
    expect(page).toContain(`<article id="${id}"`)
})

test('on a later page of theirs the link leads to the page on which the message is', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  for (let i = 0; i < 26; i++)
    await server.request('/api/sessions/one/messages', json({ content: `number ${i} ${'x'.repeat(12_000)}`.slice(0, 12_000) }))
  await eventually(async () => (await server.messages('one')).map(({ status }) => status).filter(status => status !== 'complete')).toEqual([])
  const { url: address } = await (await server.request('/api/sessions/one/links', json({ days: 3 }))).json() as CreatedSharedLink

  let broken = 0
  for (let next: string | undefined = address; next;) {
    const page: string = await (await fetch(server.url + next)).text()
    for (const [, link = '', id] of page.matchAll(/<a href="(\/shared\/[^"#]+)#([^"]+)">Answers/g)) {
      broken++
      expect(await (await fetch(server.url + link)).text()).toContain(`<article id="${id}"`)
    }
    next = /<nav aria-label="Pages"><a href="([^"]+)"/.exec(page)?.[1]
  }
  expect(broken, 'pages that begin with an answer, or answers far from their message').toBeGreaterThan(0)
})
