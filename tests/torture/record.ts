import { createHash } from 'node:crypto'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { MessagesPage, SessionsPage } from '../../src/shared/protocol/rest.ts'

async function get<Body>(url: string): Promise<Body> {
  const response = await fetch(url)
  if (!response.ok)
    throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return await response.json() as Body
}

async function messagesOf(url: string, session: string): Promise<Message[]> {
  const messages: Message[] = []
  for (let before: number | undefined, hasMore = true; hasMore;) {
    const page = await get<MessagesPage>(`${url}/api/sessions/${session}/messages?limit=100${before ? `&before=${before}` : ''}`)
    messages.unshift(...page.messages)
    before = messages[0]?.sequence
    hasMore = page.hasMore
  }
  return messages
}

/** All messages of all sessions, as the server tells them. */
export async function readRecord(url: string): Promise<Message[]> {
  const sessions: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: SessionsPage = await get(`${url}/api/sessions?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
    sessions.push(...page.sessions.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return (await Promise.all(sessions.map(session => messagesOf(url, session)))).flat()
}

/** The SHA-256 of what the server hands out, and not of what it says it has. */
export async function servedHash(server: string, url: string): Promise<string> {
  const response = await fetch(new URL(url, server))
  return createHash('sha256').update(new Uint8Array(await response.arrayBuffer())).digest('hex')
}
