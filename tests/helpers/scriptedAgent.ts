import type { Agent, AgentEvent, Turn } from '../../src/server/agents/agent.ts'

type Step = AgentEvent | { type: 'end' } | { type: 'error', error: Error }

/** A turn that says what the test tells it to, when the test tells it to. */
export interface ScriptedTurn extends Turn {
  say: (text: string) => void
  resumable: (token: string) => void
  finish: () => void
  fail: (error: Error) => void
  signal: AbortSignal
}

/** The one thing that is not ours, in the hands of the test. */
export function scriptedAgent() {
  const turns: ScriptedTurn[] = []
  const agent: Agent = {
    name: 'scripted',
    description: 'A test answers.',
    async* run(turn, signal) {
      const steps: Step[] = []
      let wake = () => {}
      const push = (step: Step) => {
        steps.push(step)
        wake()
      }
      turns.push({
        ...turn,
        signal,
        say: text => push({ type: 'delta', text }),
        resumable: token => push({ type: 'resumable', token }),
        finish: () => push({ type: 'end' }),
        fail: error => push({ type: 'error', error }),
      })
      signal.addEventListener('abort', () => push({ type: 'error', error: new Error('aborted') }))
      for (;;) {
        const step = steps.shift()
        if (!step)
          await new Promise<void>((resolve) => { wake = resolve })
        else if (step.type === 'end')
          return
        else if (step.type === 'error')
          throw step.error
        else
          yield step
      }
    },
  }
  return { agent, turns }
}

/** Answers every message at once with the same words. */
export function instantAgent(answer = 'Done.') {
  const turns: Turn[] = []
  const agent: Agent = {
    name: 'instant',
    description: 'A test answers.',
    async* run(turn) {
      turns.push(turn)
      yield { type: 'delta', text: answer }
    },
  }
  return { agent, turns }
}
