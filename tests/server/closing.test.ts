import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { AgentEvent } from '../../src/server/agents/agent.ts'
import { createPdfInspector } from '../../src/server/inspection/pdf.ts'
import { image } from '../helpers/blocks.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'

test('a download that is under way when the server stops is finished, and then nothing keeps the server', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const { attachments: [shot] } = await tab.ask({ images: [image(pngBytes({ width: 1100, height: 1100 }))] })
  const agent = new Agent({ keepAlive: true })
  const [response] = await once(get(server.url + shot!.url, { agent }), 'response') as [IncomingMessage]
  await once(response, 'readable') // held back: more than the line takes is still to come

  const closed = server.close()
  let size = 0
  for await (const chunk of response)
    size += (chunk as Buffer).length

  expect(size).toBe(shot!.size)
  await closed // or the test ends here, for want of time
  agent.destroy()
})

test('a connection that a browser opened ahead and never used does not keep the server', async () => {
  const server = await openServer()
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')

  await server.close() // or the test ends here, for want of time

  socket.destroy()
})

test('who connects while the server stops is refused in a sentence, and does not keep it', async () => {
  let leave = () => {}
  const left = new Promise<void>((resolve) => { leave = resolve })
  const server = await openServer({
    agent: {
      name: 'slow',
      description: 'A test answers.',
      async* run(): AsyncGenerator<AgentEvent> {
        yield { type: 'delta', text: 'I am' }
        await left
      },
    },
  })
  const tab = await server.connect()
  await tab.ask({ text: 'go' })
  await tab.heard('text_delta')
  const closed = server.close()
  const late = new WebSocket(`${server.url.replace('http', 'ws')}/ws`)
  late.on('error', () => undefined)
  const [, response] = await once(late, 'unexpected-response') as [unknown, IncomingMessage]
  const told = await fetch(`${server.url}/api/sessions`)
  leave()

  expect(response.statusCode).toBe(503)
  expect(told.status).toBe(503)
  expect(await told.json()).toMatchObject({ code: 'shutting_down', detail: 'The server is stopping. Try again in a moment.', retryAfter: 1 })
  response.destroy()
  await closed // or the test ends here, for want of time
})

test('a server that is told to stop on a machine that is very busy finishes what it has taken, and ends in good order', async () => {
  let goOn = () => {}
  const slow = new Promise<void>((resolve) => { goOn = resolve })
  const server = await openServer({ pdfs: { ...createPdfInspector(), close: () => slow } })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())

  const closed = server.close()
  await vi.advanceTimersByTimeAsync(40_000)
  vi.useRealTimers()
  goOn()
  await expect(closed).resolves.toBeUndefined()
})
