import type { Agent } from '../../src/server/agents/agent.ts'

/** Says with what it goes on, and what it was asked. */
export const rememberingAgent: Agent = {
  name: 'remembering',
  description: 'A test answers.',
  async* run({ content, resume }) {
    const last = content.at(-1)
    const memory = [...resume ? [resume] : [], last?.type === 'text' ? last.text : 'nothing'].join(' > ')
    yield { type: 'delta', text: memory }
    yield { type: 'resumable', token: memory }
  },
}
