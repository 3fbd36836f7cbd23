import { expect, onTestFinished, test } from 'vitest'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import { Line, openConnectedTab } from '../helpers/connectedTab.ts'
import { DistantLine, distantRest } from '../helpers/distance.ts'
import { eventually, until } from '../helpers/eventually.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

const WORDS = Array.from({ length: 60 }, (_, i) => `w${i} `)
/** Frames of which the first one that fits never arrives. */
function losing(fits: (frame: ServerFrame) => boolean) {
  let lost = 0
  class LosingLine extends Line {
    override emit(event: string | symbol, ...parameters: unknown[]): boolean {
      if (event === 'message' && !lost && fits(JSON.parse(String(parameters[0])) as ServerFrame)) {
        lost++
        return true
      }
      return super.emit(event, ...parameters)
    }
  }
  return { line: LosingLine, lost: () => lost }
}

async function openWithTurn() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const sender = await server.connect()
  const session = crypto.randomUUID()
  const sent = await sender.ask({ session_id: session, text: 'Say sixty words' })
  await eventually(() => turns.length).toBe(1)
  return { server, sender, session, sent, turns, turn: turns[0]! }
}

type Tab = Awaited<ReturnType<typeof openConnectedTab>>
const answerIn = (tab: Tab) => tab.shown().find(({ role }) => role === 'assistant')

test('a tab that is opened in the middle of an answer, far from the server, loses and doubles no word', async () => {
  const { session, server, sender, turn } = await openWithTurn()
  distantRest()
  let said = 0
  const speaking = setInterval(() => said < WORDS.length && turn.say(WORDS[said++]!), 15)
  onTestFinished(() => clearInterval(speaking))
  await sender.heard('text_delta')

  const tab = await openConnectedTab({ session, url: server.url, line: DistantLine })

  await expect.poll(() => answerIn(tab)?.text.endsWith(WORDS.at(-1)!)).toBe(true)
  expect(answerIn(tab)).toEqual({ role: 'assistant', status: 'running', text: WORDS.join('') }) // its end will bring the whole text
})

test('while an answer grows, each word stands where it was said, whatever else is loaded beside it', async () => {
  const { session, server, sender, sent, turn } = await openWithTurn()
  distantRest()
  const tab = await openConnectedTab({ session, url: server.url, line: DistantLine })
  await expect.poll(() => answerIn(tab)?.status).toBe('running')
  const seen: string[] = []
  const looking = setInterval(() => seen.push(answerIn(tab)?.text ?? ''), 5)
  onTestFinished(() => clearInterval(looking))

  for (const [i, word] of WORDS.entries()) {
    turn.say(word)
    if (i % 20 === 10)
      void tab.connection.follow(session)
    await sender.heard('text_delta', frame => frame.delta === word)
  }
  turn.finish()
  await sender.answerTo(sent)
  await expect.poll(() => answerIn(tab)?.status).toBe('complete')

  const whole = WORDS.join('')
  expect(seen.filter(text => !whole.startsWith(text))).toEqual([])
  expect(answerIn(tab)?.text).toBe(whole)
})

test.each(['turn_started', 'text_delta', 'message_added'] as const)('a %s that gets lost on its way is noticed by the next event, and asked for again', async (type) => {
  const { session, server, sender, sent: first, turns } = await openWithTurn()
  turns[0]!.finish()
  await sender.answerTo(first)
  const { line, lost } = losing(frame => frame.type === type)
  const tab = await openConnectedTab({ session, url: server.url, line })
  await expect.poll(() => tab.connection.state.value).toBe('open')
  await expect.poll(() => tab.shown().length).toBe(2)

  const sent = await sender.ask({ session_id: session, text: 'hi' })
  await eventually(() => turns.length).toBe(2)
  for (const word of ['one ', 'two ', 'three']) {
    turns[1]!.say(word)
    await sender.heard('text_delta', frame => frame.delta === word)
  }

  await expect.poll(() => tab.shown().slice(2).map(({ text }) => text)).toEqual(['hi', 'one two three'])
  turns[1]!.finish()
  await sender.answerTo(sent)
  await expect.poll(() => tab.shown().at(-1)).toEqual({ role: 'assistant', status: 'complete', text: 'one two three' })
  expect(lost()).toBe(1)
})

test('a tab over a restart of the server shows what was kept of the answer, and goes on', async () => {
  const dataFolder = await temporaryFolder()
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, dataFolder })
  const session = crypto.randomUUID()
  const sender = await server.connect()
  await sender.ask({ session_id: session, text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  const tab = await openConnectedTab({ session, url: server.url })
  await expect.poll(() => answerIn(tab)?.status).toBe('running')
  turns[0]!.say('before')
  await expect.poll(() => answerIn(tab)?.text).toBe('before')

  await server.close()
  const again = await openServer({ agent, dataFolder, port: Number(new URL(server.url).port) })
  await until(() => tab.connection.retry())
  await expect.poll(() => answerIn(tab)?.status).toBe('failed')
  const other = await again.connect()
  const second = await other.ask({ session_id: session, text: 'and now?' })
  await eventually(() => turns.length).toBe(2)
  turns[1]!.say('after')
  turns[1]!.finish()
  await other.answerTo(second)

  await expect.poll(() => tab.shown().map(({ text }) => text)).toEqual(['hi', 'before', 'and now?', 'after'])
})

test('of a very long text that a page brings cut, all is shown a moment later', async () => {
  const { agent } = scriptedAgent()
  const server = await openServer({ agent })
  const sender = await server.connect()
  const session = crypto.randomUUID()
  const text = `${'a long line\n'.repeat(50_000)}the end`
  await sender.ask({ session_id: session, text })

  const tab = await openConnectedTab({ session, url: server.url })

  await expect.poll(() => tab.shown().find(({ role }) => role === 'user')?.text.length).toBe(text.length)
})
