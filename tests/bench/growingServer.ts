import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Agent } from '../../src/server/agents/agent.ts'
import { buildApp } from '../../src/server/app.ts'
import { readConfig } from '../../src/server/config/config.ts'
import { exitOnSignals } from '../../src/server/signals.ts'

// The app's server with an agent whose answers grow as slowly and become as long as the message says: "200 kB in 20 s".

const BLOCKS = [
  '## A heading between the paragraphs\n\n',
  'A paragraph with **bold** words, some `code`, a [link](https://example.org/) and an end that nobody has been waiting for.\n\n',
  '- one thing\n- another thing with *emphasis*\n- a third one\n\n',
  '```ts\nexport const answer = (question: string) => question.length > 40 ? 42 : undefined\nconsole.log(answer(\'everything\'))\n```\n\n',
  '| what | how much |\n|---|---|\n| the first | 41 ms |\n| the second | 1,200 ms |\n\n',
]
const TICK = 20

const agent: Agent = {
  name: 'growing',
  description: 'A measurement answers.',
  async* run({ content }, signal) {
    const said = content.at(-1)
    const [kilobytes = 1, seconds = 1] = (said?.type === 'text' ? said.text : '').match(/\d+/g)?.map(Number) ?? []
    const text = BLOCKS.join('').repeat(Math.ceil(kilobytes * 1000 / BLOCKS.join('').length)).slice(0, kilobytes * 1000)
    const begun = performance.now()
    for (let sent = 0; sent < text.length && !signal.aborted;) {
      await pause(TICK)
      const due = Math.min(text.length, Math.ceil((performance.now() - begun) / 1000 / seconds * text.length))
      yield { type: 'delta', text: text.slice(sent, due) }
      sent = due
    }
  },
}

const { dataFolder, port, host } = readConfig(process.env)
const app = await buildApp({ dataFolder, agent, clientFolder: path.resolve(import.meta.dirname, '../../dist/client') })
exitOnSignals(app)
console.log(`Satchel is at ${await app.listen({ host, port })}`)
