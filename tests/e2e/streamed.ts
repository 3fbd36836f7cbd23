import type { Page } from '@playwright/test'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import type { Message } from '../../src/shared/protocol/message.ts'

/**
 * Lets the loopback agent's `/slow N` say something else: what it counts comes as these pieces, one for each number, so that
 * an answer grows as Claude's do. To be called before the app is opened.
 */
export async function sayInstead(page: Page, pieces: readonly string[]): Promise<void> {
  const whole = pieces.join('')
  await page.routeWebSocket(/\/ws/, (socket) => {
    const server = socket.connectToServer()
    let counted = ''
    let said = 0

    const withWords = (message: Message): Message => ({
      ...message,
      text: message.parts.some(({ id }) => id === counted) ? whole : message.text,
      parts: message.parts.map(part => part.type === 'text' && part.id === counted ? { ...part, text: whole } : part),
    })

    server.onMessage((data) => {
      const frame = JSON.parse(String(data)) as ServerFrame
      if (frame.type === 'part_added' && frame.part.type === 'text')
        counted = frame.part.id
      if (frame.type === 'text_delta' && frame.part_id === counted)
        frame.delta = pieces[said++] ?? ''
      socket.send(JSON.stringify('message' in frame && frame.message.role === 'assistant' ? { ...frame, message: withWords(frame.message) } : frame))
    })
  })
}
