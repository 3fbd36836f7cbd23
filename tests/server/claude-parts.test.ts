import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Part } from '../../src/shared/protocol/parts.ts'
import { folded } from '../helpers/folded.ts'
import { pngBytes } from '../helpers/images.ts'
import type { StubReply } from '../helpers/messagesApiStub.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'

const reason = await missingSdk()

/** The workspace of session `one`, with a text and a picture in it. */
async function openWorkspace(dataFolder: string) {
  const folder = path.join(dataFolder, 'workspaces', 'one')
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'a.txt'), 'hello\n')
  await writeFile(path.join(folder, 'p.png'), pngBytes())
  return folder
}

const typesOf = (parts: readonly Part[]) => parts.map(({ type }) => type)

// Each turn starts a real process.
describe.skipIf(reason)('What Claude does', { timeout: 90_000 }, () => {
  test('is shown in its order, and is the same after a reload: thoughts, words, files read and changed, tasks', async () => {
    const { api, server } = await openClaude()
    const folder = await openWorkspace(server.dataFolder)
    api.replies.push(
      { blocks: [{ thinking: 'let me look' }, { text: 'I read.' }, { tool: 'Read', input: { file_path: path.join(folder, 'a.txt') } }, { tool: 'Read', input: { file_path: path.join(folder, 'p.png') } }] },
      { blocks: [{ tool: 'Edit', input: { file_path: path.join(folder, 'a.txt'), old_string: 'hello', new_string: 'bye' } }, { tool: 'Write', input: { file_path: path.join(folder, 'n.txt'), content: 'one\ntwo\n' } }] },
      { blocks: [{ tool: 'TaskCreate', input: { subject: 'Look', description: 'x' } }, { tool: 'TaskCreate', input: { subject: 'Leap', description: 'y' } }] },
      { blocks: [{ tool: 'TaskUpdate', input: { taskId: '1', status: 'in_progress' } }, { tool: 'Read', input: { file_path: path.join(folder, 'missing\u202E.txt') } }, { tool: 'Read', input: { file_path: '/etc/hostname' } }] },
      { text: 'Done.' },
    )
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    expect(answer.parts).toMatchObject([
      { type: 'thinking', text: 'let me look', seconds: expect.any(Number) },
      { type: 'text', text: 'I read.' },
      { type: 'tool', name: 'Read', title: 'Read a.txt', input: { file_path: 'a.txt' }, status: 'done', output: { text: expect.stringContaining('hello') }, parentId: null, endedAt: expect.any(String) },
      { type: 'tool', name: 'Read', title: 'Read p.png', status: 'done', output: { images: [{ filename: 'p.png', mimeType: 'image/png', size: pngBytes().length }] } },
      { type: 'tool', name: 'Edit', status: 'done', output: { change: { path: 'a.txt', hunks: [{ oldStart: 1, newStart: 1, lines: ['-hello', '+bye'] }] } } },
      { type: 'tool', name: 'Write', status: 'done', output: { change: { path: 'n.txt', hunks: [{ lines: ['+one', '+two'] }] } } },
      { type: 'tasks', items: [{ text: 'Look', status: 'pending' }, { text: 'Leap', status: 'pending' }] }, // nothing is in progress any more,
      { type: 'tool', title: 'Read missing\uFFFD.txt', status: 'failed' },
      { type: 'tool', status: 'denied', output: { text: expect.stringContaining('outside') } },
      { type: 'text', text: 'Done.' },
    ])
    expect(answer.text).toBe('I read.\n\nDone.')
    expect(JSON.stringify(answer)).not.toContain(server.dataFolder)
    const [, stored] = await server.messages('one')
    expect(stored!.parts).toEqual(answer.parts)
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
    const image = answer.parts.flatMap(part => part.type === 'tool' ? part.output?.images ?? [] : [])[0]
    const shown = await server.request(image!.url)
    expect([shown.status, shown.status === 200 ? '' : await shown.clone().text()]).toEqual([200, ''])
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(Buffer.from(pngBytes()))
  })

  test.each<[string, StubReply[], string]>([
    ['breaks off with an error of the API', [{ half: 'one two three ', error: { type: 'overloaded_error', message: 'Overloaded' } }, { text: 'one two three four five' }], 'one two three four five'],
    ['is cut', [{ half: 'first half ' }, { text: 'first half and the rest' }], 'first half and the rest'],
    ['cannot be had', [{ status: 404, type: 'not_found_error', message: 'not found' }, { text: 'the whole answer' }], 'the whole answer'],
  ])('whose stream %s is whole in the end, and nothing is said twice', async (_, replies, text) => {
    const { api, server } = await openClaude()
    api.replies.push(...replies)
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    expect(answer).toMatchObject({ status: 'complete', text })
    expect(typesOf(answer.parts).filter(type => type === 'text')).toHaveLength(1)
    expect(folded(tab, answer.id)).toMatchObject({ text, parts: answer.parts })
    expect((await server.messages('one'))[1]).toMatchObject({ text, parts: answer.parts })
  })

  test('whose stream breaks off behind a whole paragraph goes on behind that paragraph', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ blocks: [{ text: 'A paragraph.' }, { text: 'half of ano' }], breaks: { type: 'api_error', message: 'Internal' } }, { text: 'Another one.' })
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    expect(answer).toMatchObject({ status: 'complete', text: 'A paragraph.\n\nAnother one.' })
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
    expect(JSON.stringify(api.requests.at(-1)!.messages)).toContain('A paragraph.') // Claude knows that it was said
  })

  test('that gives up in the middle of a sentence is not called complete', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ half: 'one two ', error: { type: 'api_error', message: 'Internal' } }, ...Array.from({ length: 12 }, (): StubReply => ({ status: 500, type: 'api_error', message: 'Internal' })))
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    expect(answer).toMatchObject({ status: 'failed' })
  })

  test('asks the person, and goes on with the answer', async () => {
    const { api, server } = await openClaude()
    const options = [{ label: 'A', description: 'the first' }, { label: 'B', description: 'the second' }]
    api.replies.push({ tool: 'AskUserQuestion', input: { questions: [
      { header: 'One', question: 'Which one?', options, multiSelect: false },
      { header: 'More', question: 'Which ones?', options, multiSelect: true },
      { header: 'Own', question: 'What else?', options, multiSelect: false },
    ] } })
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')

    tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which one?': 'B', 'Which ones?': ['A', 'B'], 'What else?': { other: 'a pear' } } })
    const answer = await tab.answerTo(asked)

    expect(answer).toMatchObject({ status: 'complete', parts: [{ type: 'question', status: 'answered', questions: [{ header: 'One', options }, { multiSelect: true }, {}] }, { type: 'text' }] })
    const told = JSON.stringify(api.requests.at(-1)!.messages)
    for (const words of ['Which one?\\"=\\"B', 'A, B', 'a pear'])
      expect(told).toContain(words)
  })

  test('a question that is dismissed does not end the turn', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ tool: 'AskUserQuestion', input: { questions: [{ header: 'One', question: 'Which one?', options: [{ label: 'A', description: '' }, { label: 'B', description: '' }], multiSelect: false }] } }, { text: 'As you like.' })
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')

    tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, dismiss: true })

    expect(await tab.answerTo(asked)).toMatchObject({ status: 'complete', text: 'As you like.', parts: [{ status: 'dismissed' }, {}] })
  })

  test('with a shell that the operator added is asked each time, whatever the command, until it is allowed for the session', async () => {
    const { api, server } = await openClaude({ agentTools: ['Bash'] })
    const folder = await openWorkspace(server.dataFolder)
    const run = (command: string): StubReply => ({ tool: 'Bash', input: { command, description: 'x' } })
    api.replies.push(run('echo hi > made.txt'), run('ls'), run('ls'), run('cat /etc/hostname'), { text: 'Done.' })
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'go' })
    const permission = async (title: string) => {
      const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'permission' && frame.part.title === title)
      return (allow: unknown) => tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, allow })
    }

    const deny = await permission('Run echo hi > made.txt')
    expect(tab.all('part_updated').at(-1)?.part).toMatchObject({ type: 'tool', status: 'waiting' })
    deny(false)
    ;(await permission('Run ls'))('session')
    const answer = await tab.answerTo(asked)

    expect(answer.parts).toMatchObject([
      { type: 'tool', name: 'Bash', status: 'denied' },
      { type: 'permission', description: 'echo hi > made.txt', status: 'denied', mayRemember: true, toolId: answer.parts[0]!.id },
      { type: 'tool', status: 'done', output: { text: expect.stringContaining('a.txt') } },
      { type: 'permission', status: 'allowed' },
      { type: 'tool', title: 'Run ls', status: 'done' },
      { type: 'tool', title: 'Run cat /etc/hostname', status: 'denied' },
      { type: 'text' },
    ])
    await expect(readFile(path.join(folder, 'made.txt'))).rejects.toThrow()
    api.replies.push(run('ls'), { text: 'Again.' })
    const next = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'again' }))
    expect(typesOf(next.parts)).toEqual(['tool', 'text'])
  })

  test('is offered what is there, and told so', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()

    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    const [request] = api.requests
    const names = request!.tools!.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['Read', 'Write', 'Edit', 'Glob', 'Grep', 'TaskCreate', 'TaskUpdate', 'TaskList', 'AskUserQuestion']))
    for (const absent of ['Bash', 'WebFetch', 'WebSearch', 'Agent', 'Task'])
      expect(names).not.toContain(absent)
    expect(JSON.stringify(request!.system)).toContain('There is no shell.')
  })
})
