import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { withPartEvent } from '../../src/shared/parts/partEvents.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import type { Part, ToolPart } from '../../src/shared/protocol/parts.ts'
import type { Connection } from '../helpers/connect.ts'
import { ANN, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'

/** What the events add up to. */
function folded(tab: Connection, id: string): Message {
  let message = tab.all('turn_started').find(frame => frame.message.id === id)!.message
  for (const frame of tab.frames) {
    if ((frame.type === 'part_added' || frame.type === 'part_updated' || frame.type === 'part_removed' || frame.type === 'text_delta') && frame.message_id === id)
      message = withPartEvent(message, frame)
  }
  return message
}

const waitsFor = (type: Part['type']) => (frame: { part: Part }) => frame.part.type === type

test('what an agent did is told as it happens, and is the same after a reload', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: '/write sub/a.txt one\n/edit sub/a.txt one => two\n/read sub/a.txt\n/think hard\n/tasks A | B\n/slow 3\n/help' })
  const answer = await tab.answerTo(asked)

  expect(answer.parts).toMatchObject([
    { type: 'tool', name: 'Write', status: 'done', output: { change: { path: 'sub/a.txt', hunks: [{ lines: ['+one'] }] } } },
    { type: 'tool', name: 'Edit', status: 'done', output: { change: { path: 'sub/a.txt', hunks: [{ lines: ['-one', '+two'] }] } } },
    { type: 'tool', name: 'Read', status: 'done', output: { text: 'two\n' } },
    { type: 'thinking', text: 'hard' },
    { type: 'tasks', items: [{ text: 'A', status: 'completed' }, { text: 'B', status: 'completed' }] },
    { type: 'text', text: '1 2 3' },
    { type: 'text', text: expect.stringContaining('/write') },
  ])
  expect(answer.text).toMatch(/^1 2 3\n\nThe loopback agent/)
  const [, stored] = await server.messages('one')
  expect(stored).toEqual(answer)
  const { text, parts } = folded(tab, answer.id)
  expect({ ...stored, text, parts }).toEqual(stored)
})

test('a page with folded tools leaves out what those that are done were given and returned; each gives it whole, to its own people', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS })
  server.as(ANN)
  const tab = await server.connect()
  const long = 'word '.repeat(400).trim()
  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: `/write a.txt ${long}\n/read a.txt\n/edit a.txt word => WORD\n/read missing.txt\n/write b.txt one\n/slow 2` }))
  const [write, read, edit] = answer.parts as ToolPart[]
  const satchel = createSatchelClient({ baseUrl: server.url, apiKey: ANN })

  const { messages: [, shown] } = await satchel.listMessages('one', { tools: 'folded' })
  expect((await satchel.listMessages('one')).messages[1]).toEqual(answer)
  expect(shown).toEqual({
    ...answer,
    parts: [
      { ...write, folded: true, input: {}, output: { changed: { added: 1, removed: 0 } } },
      { ...read, folded: true, input: {}, output: {} },
      { ...edit, folded: true, input: {}, output: { changed: { added: 1, removed: 1 } } },
      ...answer.parts.slice(3), // what went wrong, what is short, what is said
    ],
  })
  for (const part of answer.parts)
    expect(await satchel.getPart('one', answer.id, part.id)).toEqual(part)
  const address = (session: string, message: string, part: string) => `/api/sessions/${session}/messages/${message}/parts/${part}`
  await server.request('/api/sessions', json({ id: 'two' }))
  for (const elsewhere of [address('one', answer.id, 'unknown'), address('one', 'unknown', write!.id), address('two', answer.id, write!.id)])
    expect((await server.request(elsewhere)).status).toBe(404)
  server.as(ZOE)
  expect((await server.request(address('one', answer.id, write!.id))).status).toBe(404)
})

test('a file outside of the workspace is neither read nor written, and the turn goes on', async () => {
  const server = await openServer()
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', text: '/write inside.txt hello' }))
  const folder = path.join(server.dataFolder, 'workspaces', 'one')
  const outside = await mkdtemp(path.join(await temporaryFolder(), 'outside-'))
  await writeFile(path.join(outside, 'secret.txt'), 'not for you')
  await symlink(outside, path.join(folder, 'link'))
  await symlink(path.join(outside, 'secret.txt'), path.join(folder, 'secret.txt'))

  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: '/write ../x y\n/write link/x y\n/read link/secret.txt\n/read secret.txt\n/edit secret.txt not => all\n/read missing.txt\n/read inside.txt' }))

  expect(answer.status).toBe('complete')
  expect(answer.parts.map(part => part.type === 'tool' && part.status)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed', 'failed', 'done'])
  expect(JSON.stringify(answer)).not.toContain('for you')
  expect(answer.parts[0]).toMatchObject({ output: { text: expect.stringContaining('../x') as string } })
  expect(await readFile(path.join(outside, 'secret.txt'), 'utf8')).toBe('not for you')
})

test('a question waits through a restart, and the turn goes on with the answer', async () => {
  const server = await openServer()
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: '/write a.txt before\n/ask Which? | A | B\n/write b.txt after' })
  const { message_id, part } = await tab.heard('part_added', waitsFor('question'))
  await server.close()

  const again = await openServer({ dataFolder: server.dataFolder })
  const [, waiting] = await again.messages('one')
  expect(waiting).toMatchObject({ id: message_id, status: 'running', parts: [{ name: 'Write', status: 'done' }, { type: 'question', status: 'waiting' }] })
  const back = await again.connect()
  back.send({ type: 'subscribe', session_id: 'one', after_event_id: 0 })
  back.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which?': 'B' } })
  await back.heard('answer_accepted')

  await expect.poll(async () => (await again.messages('one'))[1]?.status).toBe('complete')
  const messages = await again.messages('one')
  expect(messages).toHaveLength(2)
  expect(messages[1]).toMatchObject({ id: message_id, text: 'You chose B.', parts: [{ name: 'Write' }, { status: 'answered', answers: { 'Which?': 'B' } }, { type: 'text' }, { name: 'Write', status: 'done' }] })
})

test('the first answer counts: the same again is accepted, and another one is told what was answered', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const other = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: '/ask Which? | A | B' })
  const { message_id, part } = await tab.heard('part_added', waitsFor('question'))
  const address = (id: string) => `/api/sessions/one/messages/${message_id}/parts/${id}/answer`
  const post = async (body: object, id = part.id) => {
    const response = await server.request(address(id), json(body))
    return { status: response.status, body: await response.json() as unknown }
  }

  expect(await post({ answers: { 'Which?': 'A' } }, 'nothing')).toMatchObject({ status: 404 })
  expect(await post({ answers: { 'Which?': 'C' } })).toMatchObject({ status: 422, body: { code: 'not_offered' } })
  for (const nothing of ['', ' \n '])
    expect(await post({ answers: { 'Which?': { other: nothing } } })).toMatchObject({ status: 422, body: { code: 'not_offered' } })
  expect(await post({ allow: 'once' })).toMatchObject({ status: 422 })
  const answered = { ...part, status: 'answered', answers: { 'Which?': 'A' } }
  expect(await post({ answers: { 'Which?': 'A' } })).toEqual({ status: 200, body: { part: answered } })
  expect(await post({ answers: { 'Which?': 'A' } })).toEqual({ status: 200, body: { part: answered } })
  expect(await post({ answers: { 'Which?': 'B' } })).toMatchObject({ status: 409, body: { part: answered } })
  other.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, dismiss: true })
  expect(await other.heard('error')).toMatchObject({ part_id: part.id, problem: { status: 409, part: answered } })
  expect(await tab.answerTo(asked)).toMatchObject({ text: 'You chose A.', status: 'complete' })
})

test('a permission is asked, and the agent says what was answered', async () => {
  const server = await openServer()
  const tab = await server.connect()
  for (const [allow, said, status] of [['once', 'Allowed', 'allowed'], ['session', 'Allowed', 'allowed'], [false, 'Denied', 'denied']] as const) {
    const asked = await tab.ask({ session_id: `s-${allow}`, text: '/allow Fetch it' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.session_id === `s-${allow}`)
    tab.send({ type: 'answer', session_id: `s-${allow}`, message_id, part_id: part.id, allow })
    expect(await tab.answerTo(asked)).toMatchObject({ text: said, parts: [{ type: 'permission', title: 'Fetch it', status }, { type: 'text' }] })
  }
})

test('a question that nobody answered ends with its turn', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: '/ask Which? | A | B\n/slow 3' })
  await tab.heard('part_added', waitsFor('question'))
  tab.send({ type: 'stop', session_id: 'one' })

  expect(await tab.answerTo(asked)).toMatchObject({ status: 'cancelled', parts: [{ type: 'question', status: 'dismissed' }] })
})

test('nothing is in progress any more when its turn was stopped', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const asked = await tab.ask({ session_id: 'one', text: '/tasks A | B | C\n/think hard\n/slow 9999' })
  await tab.heard('part_updated', ({ part }) => part.type === 'tasks' && part.items[1]?.status === 'in_progress')
  tab.send({ type: 'stop', session_id: 'one' })

  expect((await tab.answerTo(asked)).parts[0]).toMatchObject({ type: 'tasks', items: [{ status: 'completed' }, { status: 'pending' }, { status: 'pending' }] })
})

test('a turn that fails keeps what was done before it', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: '/write a.txt hello\n/fail It broke.' }))

  expect(answer).toMatchObject({ status: 'failed', problem: { detail: 'It broke.' }, parts: [{ name: 'Write', status: 'done' }] })
})

test('an answer at the moment the turn ends counts, or is refused: never both', async () => {
  const server = await openServer()
  const tab = await server.connect()
  for (let i = 0; i < 30; i++) {
    const session = `race-${i}`
    const asked = await tab.ask({ session_id: session, text: '/ask Which? | A | B' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.session_id === session)
    const answering = server.request(`/api/sessions/${session}/messages/${message_id}/parts/${part.id}/answer`, json({ answers: { 'Which?': 'A' } }))
    tab.send({ type: 'stop', session_id: session })
    const { status } = await answering
    const [{ status: now } = {}] = (await tab.answerTo(asked)).parts as { status?: string }[]
    const [, stored] = await server.messages(session)

    expect([status, now]).toEqual(status === 200 ? [200, 'answered'] : [409, 'dismissed'])
    expect(stored!.parts[0]).toMatchObject({ status: now })
  }
})
