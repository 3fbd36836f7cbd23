import { randomUUID } from 'node:crypto'
import path from 'node:path'
import BetterSqlite from 'better-sqlite3'
import type { Server } from './serverProcess.ts'

/** Puts a session with this many messages, by turns the person's and the agent's, into the server's data. Restarts it. */
export async function seedSession(server: Server, title: string, count: number): Promise<string> {
  const session = randomUUID()
  await server.stop()
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  const now = Date.now()
  const timeOf = (sequence: number) => new Date(now - (count - sequence) * 60_000).toISOString()

  const addSession = database.prepare(
    'insert into sessions (id, project_id, title, created_at, updated_at, last_sequence) values (?, ?, ?, ?, ?, ?)')
  const addMessage = database.prepare(
    'insert into messages (id, session_id, role, sequence, status, text, content, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)')
  database.transaction(() => {
    addSession.run(session, 'default', title, timeOf(1), timeOf(count), count)
    for (let sequence = 1; sequence <= count; sequence++) {
      const text = `Message ${sequence}.\n\n${'More words, **some** of them `code`, in every one. '.repeat(sequence % 5)}`
      addMessage.run(randomUUID(), session, sequence % 2 ? 'user' : 'assistant', sequence, 'complete', text, JSON.stringify([{ type: 'text', text }]), timeOf(sequence))
    }
  })()
  database.close()
  await server.restart()
  return session
}
