import type { Message } from '../../src/shared/protocol/message.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'

const PATIENCE_MS = 10_000

/** All messages of a session, from the newest page backwards. @throws where the server does not answer with them */
export async function readSession(url: string, session: string): Promise<{ messages: Message[], lastEventId: number }> {
  const newest = await readPage(url, session)
  let { messages, hasMore } = newest
  while (hasMore) {
    const page = await readPage(url, session, messages[0]!.sequence)
    messages = [...page.messages, ...messages]
    hasMore = page.hasMore
  }
  return { messages, lastEventId: newest.lastEventId }
}

async function readPage(url: string, session: string, before?: number): Promise<MessagesPage> {
  const response = await fetch(`${url}/api/sessions/${session}/messages?limit=100${before === undefined ? '' : `&before=${before}`}`, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!response.ok)
    throw new Error(`${response.status} for ${session}`)
  return await response.json() as MessagesPage
}
