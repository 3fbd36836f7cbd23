import type { AgentOffer } from '../../../shared/protocol/agent.ts'
import type { Message } from '../../../shared/protocol/message.ts'
import type { Problem } from '../../../shared/protocol/problem.ts'
import type { Me, MessagesPage, OnePart, SessionsPage } from '../../../shared/protocol/rest.ts'
import type { SearchPage } from '../../../shared/protocol/search.ts'
import type { Session, SessionMarks } from '../../../shared/protocol/session.ts'

/** The server said no, or something between us and it did. The message is a sentence for the person. */
export class ApiError extends Error {
  override name = 'ApiError'
  /** @param retryAfter seconds after which it may work */
  constructor(readonly status: number, message: string, readonly code?: string, readonly retryAfter?: number) {
    super(message)
  }
}

const unauthorizedListeners = new Set<() => void>()

/** Told whenever the server wants to know who one is. */
export function onUnauthorized(listener: () => void): () => void {
  unauthorizedListeners.add(listener)
  return () => unauthorizedListeners.delete(listener)
}

export async function request(path: string, init?: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  }
  catch {
    throw new ApiError(0, 'The server cannot be reached. Look at your connection, and try again.')
  }
  if (response.ok)
    return response
  const problem: Partial<Problem> = await response.json().catch(() => ({})) // a proxy's page, not ours
  if (problem.code === 'sign_in_required')
    unauthorizedListeners.forEach(listener => listener())
  throw new ApiError(response.status, problem.detail ?? `The server answered with status ${response.status}.`, problem.code, problem.retryAfter ?? secondsOf(response.headers.get('retry-after')))
}

/** Undefined for a date: a clock may be wrong. */
const secondsOf = (header: string | null): number | undefined => Number(header) || undefined

export async function json<Body>(path: string, init?: RequestInit): Promise<Body> {
  return await (await request(path, init)).json() as Body
}

export const withBody = (method: string, body: unknown): RequestInit =>
  ({ method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

export const getAgent = () => json<AgentOffer>('/api/agent')

export const getMe = () => json<Me>('/api/me')

export const signIn = (key: string) => json<Me>('/api/sign-in', withBody('POST', { key }))

export async function signOut(): Promise<void> {
  await request('/api/sign-out', { method: 'POST' })
}

export async function signOutEverywhere(): Promise<void> {
  await request('/api/sign-out-everywhere', { method: 'POST' })
}

export const sessionPath = (id: string) => `/api/sessions/${encodeURIComponent(id)}`

export const getSessions = (cursor?: string) =>
  json<SessionsPage>(`/api/sessions?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)

export const getSession = (id: string) => json<Session>(sessionPath(id))

export const renameSession = (id: string, title: string) =>
  json<Session>(sessionPath(id), withBody('PATCH', { title }))

export const markSession = (id: string, marks: Partial<SessionMarks>) =>
  json<Session>(sessionPath(id), withBody('PATCH', marks))

/** Where all of it can be saved from. */
export const exportUrl = (id: string, format: 'markdown' | 'json') => `${sessionPath(id)}/export?format=${format}`

const unchangedSince = (seen: string | undefined) => seen ? `?unchangedSince=${encodeURIComponent(seen)}` : ''

/** It goes out also where the page ends meanwhile. @param seen its `updatedAt`: refused where a person wrote in it since */
export async function deleteSession(id: string, seen?: string): Promise<void> {
  await request(`${sessionPath(id)}${unchangedSince(seen)}`, { method: 'DELETE', keepalive: true })
}

/** @param cursor the `nextCursor` of the page before */
export const searchServer = (query: string, cursor: string | null | undefined, signal: AbortSignal) =>
  json<SearchPage>(`/api/search?q=${encodeURIComponent(query)}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { signal })

const messagePath = (sessionId: string, id: string) => `${sessionPath(sessionId)}/messages/${encodeURIComponent(id)}`

/** Asks the same again. @param messageId a question, or its answer */
export async function retryMessage(sessionId: string, messageId: string): Promise<void> {
  await request(`${messagePath(sessionId, messageId)}/retry`, { method: 'POST' })
}

/** Of a message that was answered: it goes with its answers, also where the page ends meanwhile. @param seen its session's `updatedAt`: refused where it has another version or answer since */
export async function deleteTurn(sessionId: string, id: string, seen?: string): Promise<void> {
  await request(`${sessionPath(sessionId)}/turns/${encodeURIComponent(id)}${unchangedSince(seen)}`, { method: 'DELETE', keepalive: true })
}

/** Of a message that waits: it is never asked. */
export async function cancelMessage(sessionId: string, id: string): Promise<void> {
  await request(messagePath(sessionId, id), { method: 'DELETE' })
}

/** Of a message that waits. @param when at once, which stops what runs, or in the turn that runs */
export async function steerMessage(sessionId: string, id: string, when: 'now' | 'next'): Promise<void> {
  await request(`${messagePath(sessionId, id)}/steer`, withBody('POST', { when }))
}

/** Of a message that waits: the agent does not begin with it for a while. */
export async function beginEditing(sessionId: string, id: string): Promise<void> {
  await request(`${messagePath(sessionId, id)}/editing`, { method: 'PUT' })
}

export async function endEditing(sessionId: string, id: string): Promise<void> {
  await request(`${messagePath(sessionId, id)}/editing`, { method: 'DELETE' })
}

/** The version of the conversation that holds this message becomes the current one. */
export async function chooseVersion(sessionId: string, messageId: string): Promise<void> {
  await request(sessionPath(sessionId), withBody('PATCH', { branch: messageId }))
}

/** @param before a sequence: the page that ends just before it; without it, the newest page */
export const getMessages = (sessionId: string, before?: number) =>
  json<MessagesPage>(`${sessionPath(sessionId)}/messages?limit=50&tools=folded${before === undefined ? '' : `&before=${before}`}`)

/** All of a tool that came folded. */
export const getPart = async (sessionId: string, id: string, partId: string) =>
  (await json<OnePart>(`${messagePath(sessionId, id)}/parts/${encodeURIComponent(partId)}`)).part

/** All of it: a page cuts texts that are very long. */
export const getMessage = (sessionId: string, id: string) =>
  json<Message>(messagePath(sessionId, id))

export async function getBytes(url: string): Promise<Blob> {
  return (await request(url)).blob()
}

export type {  MessagesPage, Session }
