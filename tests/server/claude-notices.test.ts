import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Part } from '../../src/shared/protocol/parts.ts'
import { eventually } from '../helpers/eventually.ts'
import { folded } from '../helpers/folded.ts'
import type { StubReply } from '../helpers/messagesApiStub.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'

const reason = await missingSdk()

const noticesOf = (parts: readonly Part[]) => parts.flatMap(part => part.type === 'notice' ? [part.code] : [])

// Each turn starts a real process.
describe.skipIf(reason)('What happens to a turn of Claude', { timeout: 90_000 }, () => {
  test('by a helper that it sends for stands below the call that sent for it, and its report is what the helper said', async () => {
    const { api, server } = await openClaude({ withHelpers: true })
    const folder = path.join(server.dataFolder, 'workspaces', 'one')
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'a.txt'), 'hello\n')
    api.replies.push(
      { blocks: [{ text: 'I send for help.' }, { tool: 'Agent', id: 'toolu_helper', input: { description: 'Look at it', prompt: 'Read a.txt', subagent_type: 'general-purpose', run_in_background: false } }] },
      { blocks: [{ thinking: 'the helper thinks' }, { text: 'The helper speaks.' }, { tool: 'Read', input: { file_path: path.join(folder, 'a.txt') } }] },
      { text: 'It says hello.' },
      { text: 'All done.' },
    )
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    expect(answer.parts).toMatchObject([
      { type: 'text', text: 'I send for help.' },
      { type: 'tool', id: 'toolu_helper', name: 'Agent', title: 'Ask a helper: Look at it', status: 'done', output: { text: 'It says hello.' }, parentId: null },
      { type: 'tool', name: 'Read', title: 'Read a.txt', status: 'done', output: { text: expect.stringContaining('hello') }, parentId: 'toolu_helper' },
      { type: 'text', text: 'All done.' },
    ])
    expect(answer.parts).toHaveLength(4)
    expect(answer.usage).toMatchObject({ inputTokens: 40, outputTokens: 20 })
    expect((await server.messages('one'))[1]!.parts).toEqual(answer.parts)
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
  })

  test('where Claude replaces what it said: the first attempt is withdrawn, everywhere', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ text: 'I look.\n<invoke name="Read">', stops: 'tool_use' }, { text: 'There is nothing to see.' })
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    expect(answer.text).toBe('There is nothing to see.')
    const order = tab.frames.flatMap(({ type }) => type === 'part_added' || type === 'part_removed' ? [type] : [])
    expect(order).toEqual(['part_added', 'part_removed', 'part_added'])
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
    expect((await server.messages('one'))[1]!.parts).toEqual(answer.parts)
  })

  test('where safeguards stop it is told, and it goes on; where they stop it again, a whole sentence says what one can do', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.replies.push({ text: 'I begin to ', stops: 'refusal' }, { text: 'Something else.' })

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))
    api.replies.push({ text: 'I begin to ', stops: 'refusal' }, { text: 'Again ', stops: 'refusal' })
    const failed = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'again' }))

    expect(answer).toMatchObject({ status: 'complete', parts: [{ text: 'I begin to ' }, { type: 'notice', code: 'safeguards_stopped' }, { text: 'Something else.' }] })
    expect(failed).toMatchObject({ status: 'failed', problem: { detail: expect.stringMatching(/^Claude could not answer: the model’s safeguards .*\.$/) } })
  })

  test('where safeguards stop one model twice, another one answers, and that is said', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.script.next = ({ model }) => model === api.requests[0]!.model ? { text: 'I begin to ', stops: 'refusal', about: 'cyber' } : { text: 'I can say that.' }

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    const [first, again, other] = api.requests.map(({ model }) => model)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
    expect(answer).toMatchObject({ status: 'complete', usage: { model: other } })
    expect(noticesOf(answer.parts)).toEqual(['safeguards_stopped', 'model_changed'])
    expect(answer.parts.at(-2)).toMatchObject({ text: `${other} answers instead of ${first}.` })
    expect(answer.parts.at(-1)).toMatchObject({ type: 'text', text: 'I can say that.' })
    expect((await server.messages('one'))[1]!.parts).toEqual(answer.parts)
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
  })

  test('whose conversation became too long says that it was summed up, and goes on', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.replies.push({ text: 'A pear, then.', tokens: 990_000 }, { text: '<summary>It was about a pear.</summary>' }, { text: 'As I said.' })
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'remember the pear' }))

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go on' }))
    const next = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'and then?' }))

    expect(answer.parts).toMatchObject([{ type: 'notice', code: 'compacted', text: expect.stringContaining('summed up') }, { text: 'As I said.' }])
    expect((await server.messages('one'))[3]!.parts).toEqual(answer.parts)
    expect(noticesOf(next.parts)).toEqual([])
    expect(JSON.stringify(api.requests.at(-1)!.messages)).toContain('It was about a pear.')
    expect(JSON.stringify(api.requests.at(-1)!.messages)).not.toContain('remember the pear')
  })

  test('that is asked again says so until Claude speaks, and not any longer', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ status: 529, type: 'overloaded_error', message: 'Overloaded', again: true }, { text: 'Here I am.' })
    const tab = await server.connect()

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))

    const said = await tab.heard('part_added', ({ part }) => part.type === 'notice')
    expect(said.part).toMatchObject({ code: 'retrying', text: 'Claude is overloaded and is asked again (1 of 4).' })
    expect(answer.parts).toMatchObject([{ type: 'text', text: 'Here I am.' }])
    expect(answer.parts).toHaveLength(1)
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
  })

  test('that is stopped while Claude is asked again says nothing of that afterwards', async () => {
    const { api, server } = await openClaude()
    api.script.next = () => ({ status: 529, type: 'overloaded_error', message: 'Overloaded', again: true })
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'go' })
    await tab.heard('part_added', ({ part }) => part.type === 'notice')

    tab.send({ type: 'stop', session_id: 'one' })
    const answer = await tab.answerTo(asked)

    expect(answer).toMatchObject({ status: 'cancelled', parts: [] })
    expect(folded(tab, answer.id).parts).toEqual([])
    expect((await server.messages('one'))[1]!.parts).toEqual([])
  })

  test('to whom Claude says nothing for ten seconds is told that it still waits, until it speaks', async () => {
    const { api, server } = await openClaude()
    let reply = (_: StubReply) => {}
    const replied = new Promise<StubReply>((resolve) => { reply = resolve })
    api.script.later = () => replied
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'go' })
    await eventually(() => api.requests.length).toBe(1)
    const start = Date.now()

    const said = await tab.heard('part_added', ({ part }) => part.type === 'notice')
    expect(said.part).toMatchObject({ code: 'still_waiting', text: expect.stringContaining('Still waiting') })
    expect(Date.now() - start).toBeGreaterThan(8000)
    reply({ text: 'Sorry, I am late.' })

    const answer = await tab.answerTo(asked)
    expect(answer.parts).toMatchObject([{ type: 'text', text: 'Sorry, I am late.' }])
    expect(answer.parts).toHaveLength(1)
    expect(folded(tab, answer.id).parts).toEqual(answer.parts)
  })
})
