import { LIMITS } from '../../../shared/attachments.ts'
import type { Usage } from '../../../shared/protocol/agent.ts'
import type { AgentEvent, ContentBlock, OwnOffer, Turn } from '../agent.ts'
import { COMMANDS } from './commands.ts'

/** It is no model: an effort makes no difference here, and is said to have arrived. */
export const LOOPBACK_OFFER: OwnOffer = {
  models: [{ id: 'loopback', name: 'Loopback', description: 'Says what reached it. No model, and free.', efforts: ['low', 'medium', 'high'], isDefault: true }],
  tools: ['Read', 'Write', 'Edit'],
  commands: [...COMMANDS],
  limits: { budgetUsd: null },
}

/** Says at the end what the turn really took: bytes, of which it knows, and no tokens. It costs nothing. */
export async function* withFigures(turn: Turn, events: AsyncIterable<AgentEvent>): AsyncGenerator<AgentEvent> {
  const start = Date.now()
  let said = 0
  try {
    for await (const event of events) {
      if (event.type === 'delta')
        said += Buffer.byteLength(event.text)
      yield event
    }
  }
  finally {
    yield { type: 'usage', usage: figures(turn, said, (Date.now() - start) / 1000) }
  }
}

function figures({ content }: Turn, said: number, seconds: number): Usage {
  const received = content.reduce((sum, block) => sum + bytesOf(block), 0)
  return {
    model: 'loopback',
    counts: 'bytes',
    inputTokens: received,
    cachedTokens: 0,
    outputTokens: said,
    costUsd: 0,
    seconds: Math.round(seconds * 10) / 10,
    context: { used: received, window: LIMITS.messageBytes, compactsAt: null }, // it knows one message at a time
  }
}

function bytesOf(block: ContentBlock): number {
  if (block.type === 'text')
    return Buffer.byteLength(block.text)
  return block.type === 'file' ? 0 : Buffer.byteLength(block.source.data)
}

/** What was chosen is a part of what reached it. */
export const chosenLine = ({ model, effort }: Turn): string[] =>
  model === undefined && effort === undefined ? [] : [`It was asked for ${model === undefined ? 'the default model' : `the model ${model}`}${effort === undefined ? '' : ` with effort ${effort}`}.`]
