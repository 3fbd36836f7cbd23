import type { Page } from '@playwright/test'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { sessionId } from './app.ts'
import { sha256 } from './disk.ts'

// What the server holds, asked past the app.

async function get<Body>(page: Page, path: string): Promise<Body> {
  const response = await page.request.get(path)
  if (!response.ok())
    throw new Error(`${path}: ${response.status()} ${await response.text()}`)
  return await response.json() as Body
}

export const getSession = (page: Page, id: string) => get<Session>(page, `/api/sessions/${id}`)

export async function getMessages(page: Page, session: string): Promise<Message[]> {
  return (await get<MessagesPage>(page, `/api/sessions/${session}/messages?limit=100`)).messages
}

/** What the person sent, without the answers. */
export async function getSent(page: Page, session: string): Promise<Message[]> {
  return (await getMessages(page, session)).filter(({ role }) => role === 'user')
}

/** The same of a session that the server may not know: where every word is still on the device it has heard of none. */
export async function getSentIfAny(page: Page, session: string): Promise<Message[]> {
  const response = await page.request.get(`/api/sessions/${session}`)
  return response.status() === 404 ? [] : getSent(page, session)
}

/** SHA-256 of each attachment of the open session, of the bytes as they are served. */
export async function servedHashes(page: Page): Promise<string[]> {
  const attachments = (await getMessages(page, sessionId(page))).flatMap(message => message.attachments)
  return Promise.all(attachments.map(async ({ url }) => sha256(await (await page.request.get(url)).body())))
}
