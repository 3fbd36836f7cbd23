import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import { loopbackAgent } from '../../src/server/agents/loopback/loopback.ts'
import type { Agent, Turn } from '../../src/server/agents/agent.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const textOf = ({ content }: Pick<Turn, 'content'>) => content.flatMap(block => block.type === 'text' ? [block.text] : []).at(-1) ?? ''

/** Says what it is asked, takes what is added when the test lets it, and ends when the test lets it. */
function patientAgent() {
  const turns: (Turn & { take: () => void, finish: () => void })[] = []
  const agent: Agent = {
    name: 'patient',
    description: 'A test answers.',
    steers: true,
    resumes: true,
    async* run(turn, signal) {
      const steps: ('take' | 'finish' | 'abort')[] = []
      let wake = () => {}
      const go = (step: 'take' | 'finish' | 'abort') => {
        steps.push(step)
        wake()
      }
      const next = async () => {
        while (!steps.length)
          await new Promise<void>((resolve) => { wake = resolve })
        return steps.shift()
      }
      turns.push({ ...turn, take: () => go('take'), finish: () => go('finish') })
      signal.addEventListener('abort', () => go('abort'))
      yield { type: 'delta', text: `heard ${textOf(turn)}` }
      for (let step = await next(); step !== 'finish'; step = await next()) {
        if (step === 'abort')
          return
        for (let added = turn.added.take(); added; added = turn.added.take())
          yield { type: 'delta', text: ` and ${textOf(added)}` }
      }
    },
  }
  return { agent, turns }
}

async function openTurn() {
  const { agent, turns } = patientAgent()
  const dataFolder = await temporaryFolder()
  const server = await openServer({ agent, dataFolder })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'first' })
  await eventually(() => turns.length).toBe(1)
  const second = await tab.ask({ session_id: 'one', text: 'second', images: [image(pngBytes())] })
  const third = await tab.ask({ session_id: 'one', text: 'third' })
  const steer = async ({ id }: Message, at = server) => {
    const response = await at.request(`/api/sessions/one/messages/${id}/steer`, json({ when: 'next' }))
    return { status: response.status, ...await response.json() as { message?: Message, code?: string } }
  }
  const statusOf = async ({ id }: Message, at = server) => (await at.messages('one')).find(message => message.id === id)?.status
  return { agent, turns, dataFolder, server, tab, first, second, third, steer, statusOf }
}

test('a message is added to the turn that runs, with its picture: one answer for both, and every tab sees it', async () => {
  const { server, turns, tab, first, second, third, steer, statusOf } = await openTurn()

  const added = await steer(second)

  expect(added).toMatchObject({ status: 202, message: { id: second.id, status: 'running', attachments: [{ mimeType: 'image/png' }] } })
  expect((await tab.heard('message_updated')).message).toEqual(added.message)
  expect(await steer(second)).toMatchObject({ status: 409, code: 'already_running' })
  turns[0]!.take()
  await tab.heard('text_delta', ({ delta }) => delta.includes('and second'))
  turns[0]!.finish()
  const answer = await tab.answerTo(first)
  expect([answer.text, answer.status]).toEqual(['heard first and second', 'complete'])
  await eventually(() => statusOf(second)).toBe('complete')
  expect((await server.messages('one')).find(({ id }) => id === second.id)?.addedTo).toBe(answer.id)
  await eventually(() => turns.length).toBe(2)
  expect(textOf(turns[1]!)).toBe('third')
  turns[1]!.finish()
  expect((await tab.answerTo(third)).text).toBe('heard third')
})

test('what the agent did not take before it was done is the next that it is asked', async () => {
  const { turns, tab, second, third, steer } = await openTurn()

  expect((await steer(third)).status).toBe(202)
  turns[0]!.finish()

  await eventually(() => turns.length).toBe(2)
  expect(textOf(turns[1]!)).toBe('third')
  expect((await tab.heard('message_updated', ({ message }) => message.id === third.id && message.status === 'accepted')).message.addedTo).toBeUndefined()
  turns[1]!.finish()
  expect((await tab.answerTo(third)).text).toBe('heard third')
  await eventually(() => turns.length).toBe(3)
  turns[2]!.finish()
  expect((await tab.answerTo(second)).text).toBe('heard second')
})

test('when the turn is stopped, what was taken is stopped with it, and what was not is asked', async () => {
  const { server, turns, tab, second, third, steer, statusOf } = await openTurn()
  await steer(second)
  turns[0]!.take()
  await tab.heard('text_delta', ({ delta }) => delta.includes('and second'))
  await steer(third)

  await server.request('/api/sessions/one/stop', { method: 'POST' })

  await eventually(() => statusOf(second)).toBe('cancelled')
  await eventually(() => turns.length).toBe(2)
  expect(textOf(turns[1]!)).toBe('third')
  turns[1]!.finish()
  expect((await tab.answerTo(third)).status).toBe('complete')
})

test('after a restart what was added is part of the turn that goes on, and is not asked once more', async () => {
  const { agent, turns, dataFolder, server, first, second, third, steer } = await openTurn()
  await steer(second)
  turns[0]!.take()
  await server.close()

  const again = await openServer({ agent, dataFolder })
  const tab = await again.connect()
  tab.send({ type: 'subscribe', session_id: 'one' })
  await eventually(() => turns.length).toBe(2)
  turns[1]!.take()
  await eventually(() => turns[1]!.added.take()).toBeUndefined()
  turns[1]!.finish()

  await eventually(() => turns.length).toBe(3)
  expect(textOf(turns[2]!)).toBe('third')
  turns[2]!.finish()
  await eventually(async () => (await again.sessions())[0]!.running).toBe(false)
  const messages = await again.messages('one')
  const answer = messages.find(({ replyTo }) => replyTo === first.id)!
  expect(answer.text).toContain('and second')
  expect(messages.filter(({ role }) => role === 'assistant').map(({ replyTo }) => replyTo)).toEqual([first.id, third.id])
  expect(messages.find(({ id }) => id === second.id)).toMatchObject({ status: 'complete', addedTo: answer.id })
})

test('whoever follows the added message hears the answer that it is part of, to its end', async () => {
  const { server, turns, tab, third, steer } = await openTurn()
  const fourth = await server.request('/api/sessions/one/messages', json({ content: 'fourth' }, { accept: 'text/event-stream' }))
  const heard = fourth.text()
  await eventually(async () => (await server.messages('one')).some(({ text }) => text === 'fourth')).toBe(true)

  await steer((await server.messages('one')).find(({ text }) => text === 'fourth')!)
  turns[0]!.take()
  await tab.heard('text_delta', ({ delta }) => delta.includes('and fourth'))
  turns[0]!.finish()

  const events = (await heard).split('\n').filter(line => line.startsWith('event: ')).map(line => line.slice(7))
  expect(events).toContain('turn_started')
  expect(events.at(-1)).toBe('message_completed')
  await eventually(() => turns.length).toBe(2)
  turns[1]!.finish()
  await eventually(() => turns.length).toBe(3)
  turns[2]!.finish()
  await tab.answerTo(third)
})

test('whoever follows a message with a file hears its answer to the end, though what the agent got of the file is told before', async () => {
  const server = await openServer({ agent: loopbackAgent })
  await server.request('/api/sessions', json({ id: 'one' }))

  const stream = await server.request('/api/sessions/one/messages', form({ content: 'look' }, [file('a.png', pngBytes())], { accept: 'text/event-stream' }))

  const events = (await stream.text()).split('\n').filter(line => line.startsWith('event: ')).map(line => line.slice(7))
  expect(events.at(-1)).toBe('message_completed')
})

test('added at the moment the turn ends, a message is answered once: with that turn, or in its own', async () => {
  const { agent, turns } = patientAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  for (let i = 0; i < 20; i++) {
    const session = `race-${i}`
    const mine = () => turns.filter(({ sessionId }) => sessionId === session)
    await tab.ask({ session_id: session, text: 'first' })
    const waiting = await tab.ask({ session_id: session, text: 'second' })
    await eventually(() => mine().length).toBe(1)
    const address = `/api/sessions/${session}/messages/${waiting.id}/steer`
    const steering = i % 2 ? server.request(address, json({ when: 'next' })) : undefined
    mine()[0]!.take()
    mine()[0]!.finish()
    const { status } = await (steering ?? server.request(address, json({ when: 'next' })))

    expect([202, 409]).toContain(status)
    await eventually(async () => {
      mine()[1]?.finish()
      mine()[0]!.finish()
      return (await server.messages(session)).filter(message => message.status !== 'complete').length
    }).toBe(0)
    expect((await server.messages(session)).map(({ text }) => text).join(' ').match(/(?:heard|and) second/g)).toHaveLength(1)
  }
})

test('who answers says whether it takes messages into a turn that runs', async () => {
  const takes = createSatchelClient({ baseUrl: (await openServer({ agent: loopbackAgent })).url })
  const refuses = createSatchelClient({ baseUrl: (await openServer({ agent: instantAgent().agent })).url })

  expect((await takes.getAgent()).steers).toBe(true)
  expect((await refuses.getAgent()).steers).toBe(false)
})

test('the loopback agent takes what is added between two lines, and answers it', async () => {
  const server = await openServer({ agent: loopbackAgent })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: '/slow 20\n/write a.txt done' })
  await tab.heard('text_delta')
  const second = await tab.ask({ session_id: 'one', text: 'look at this', images: [image(pngBytes())] })

  expect((await server.request(`/api/sessions/one/messages/${second.id}/steer`, json({ when: 'next' }))).status).toBe(202)

  const answer = await tab.answerTo(first)
  expect(answer.text).toMatch(/^1 2 3[\s\S]*It received 1 attachment[\s\S]*> look at this/)
  expect(answer.parts.map(({ type }) => type)).toEqual(['text', 'tool', 'text'])
  await eventually(async () => (await server.messages('one')).find(({ id }) => id === second.id)!.attachments).toMatchObject([{ receipt: { identical: true, mimeType: 'image/png' } }])
})
