import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import type { createQueue } from './queue.ts'
import type { AnswerItem } from './readAnswer.ts'
import type { Silence } from './silence.ts'

/** Puts what the SDK says among what is read of the answer, until it ends. */
export async function forward(messages: AsyncIterable<SDKMessage>, items: ReturnType<typeof createQueue<AnswerItem>>, silence: Silence): Promise<void> {
  try {
    for await (const message of messages) {
      silence.note(message)
      void items.push(message)
    }
    items.end()
  }
  catch (error) {
    items.end(error)
  }
}
