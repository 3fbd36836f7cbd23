import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
})

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

/** A client of a server that takes requests and never answers, and how often it was asked. */
function open({ timeoutMs, isStream = false }: { timeoutMs?: number, isStream?: boolean } = {}) {
  const asked: string[] = []
  const fetchIt = (address: string, { signal }: RequestInit) => {
    asked.push(address)
    return isStream
      ? Promise.resolve(new Response(new ReadableStream()))
      : new Promise<Response>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('given up'))))
  }
  const client = createSatchelClient({ baseUrl: 'http://127.0.0.1:1', fetch: fetchIt, firstPauseMs: 1, timeoutMs })
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const begin = (call: (client: ReturnType<typeof createSatchelClient>, signal: AbortSignal) => Promise<unknown>) =>
    void call(client, abort.signal).catch(() => undefined)
  return { asked, begin }
}

test.each<[string, Parameters<ReturnType<typeof open>['begin']>[0]]>([
  ['a question', (client, signal) => client.getSession('one', { signal })],
  ['a message of text', (client, signal) => client.sendMessage('one', 'hello', { signal })],
  ['a change', (client, signal) => client.editMessage('one', 'two', { text: 'hello' }, { signal })],
])('%s is put to a server again after 45 s', async (_, call) => {
  const { asked, begin } = open()
  begin(call)

  await seconds(44)
  expect(asked).toHaveLength(1)
  await seconds(2)
  expect(asked).toHaveLength(2)
})

test.each<[string, Parameters<ReturnType<typeof open>['begin']>[0]]>([
  ['a message with a file', (client, signal) => client.sendMessage('one', 'look', { attachments: [{ filename: 'a.txt', content: 'a', mimeType: 'text/plain' }], signal })],
  ['a message of a long text', (client, signal) => client.sendMessage('one', 'a'.repeat(200_000), { signal })],
])('%s has five minutes to get there', async (_, call) => {
  const { asked, begin } = open()
  begin(call)

  await seconds(299)
  expect(asked).toHaveLength(1)
  await seconds(2)
  expect(asked).toHaveLength(2)
})

test('a stream without a sign of the server is taken up again after 35 s', async () => {
  const { asked, begin } = open({ isStream: true })
  begin((client, signal) => client.streamMessage('one', 'hello', { signal }).next())

  await seconds(34)
  expect(asked).toHaveLength(1)
  await seconds(2)
  expect(asked).toHaveLength(2)
})

test('who says another time has it for all', async () => {
  const { asked, begin } = open({ timeoutMs: 90_000 })
  begin((client, signal) => client.getSession('one', { signal }))

  await seconds(89)
  expect(asked).toHaveLength(1)
  await seconds(2)
  expect(asked).toHaveLength(2)
})
