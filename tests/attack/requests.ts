import { once } from 'node:events'
import { request } from 'node:http'
import { WebSocket } from 'ws'
import { ATTACKER, type Target } from './server.ts'

// What an attacker with a key can do.

export const AUTHORIZED = { authorization: `Bearer ${ATTACKER}` }
const JSON_TYPE = { ...AUTHORIZED, 'content-type': 'application/json' }

export const get = ({ url }: Target, address: string) => fetch(url + address, { headers: AUTHORIZED })
export const remove = ({ url }: Target, address: string) => fetch(url + address, { method: 'DELETE', headers: AUTHORIZED })
export const post = ({ url }: Target, address: string, body: string) => fetch(url + address, { method: 'POST', body, headers: JSON_TYPE })

export const patch = ({ url }: Target, address: string, body: string) => fetch(url + address, { method: 'PATCH', body, headers: JSON_TYPE })

/** What was answered, or why nothing was: a connection that is refused or ended does not end an attack of thousands. */
export const tried = (response: Promise<Response>) => response.then(async (answer) => {
  await answer.arrayBuffer()
  return answer
}, (error: unknown) => ({ status: errorCode(error) }))

function errorCode(error: unknown): string {
  const reason = error instanceof Error && error.cause || error
  return reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason).slice(0, 60)
}

export const createSession = (target: Target, id: string) => post(target, '/api/sessions', JSON.stringify({ id }))

export function postFiles({ url }: Target, address: string, files: readonly Uint8Array[], name: string) {
  const body = new FormData()
  for (const [i, bytes] of files.entries())
    body.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>]), `${i}-${name}`)
  return fetch(url + address, { method: 'POST', body, headers: AUTHORIZED })
}

/** Sends what comes, as long as the server takes it. Resolves with its answer. */
export async function stream({ url }: Target, address: string, headers: Record<string, string>, chunks: Iterable<Buffer>): Promise<string> {
  const sent = request(url + address, { method: 'POST', headers: { ...AUTHORIZED, ...headers } })
  const answered = new Promise<string>((resolve) => {
    sent.on('response', response => resolve(String(response.statusCode)))
    sent.on('error', error => resolve(error.message))
    sent.on('close', () => resolve('closed'))
  })
  let over = false
  void answered.then(() => { over = true })
  for (const chunk of chunks) {
    if (over)
      break
    if (!sent.write(chunk))
      await Promise.race([once(sent, 'drain').catch(() => undefined), answered])
  }
  sent.end()
  return answered
}

export async function openSocket({ url }: Target): Promise<WebSocket | undefined> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: AUTHORIZED })
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.on('open', () => resolve(socket))
    socket.on('close', () => resolve(undefined))
    socket.on('error', () => resolve(undefined))
  })
}

/** How many answers had which status, as "202: 12, 413: 3". */
export function statuses(responses: readonly { status: number | string }[]): string {
  const counts = new Map<number | string, number>()
  for (const { status } of responses)
    counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${status}: ${count}`).join(', ')
}
