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

/** Puts so many sessions of one message each into the server's data, the first one the newest. Restarts it. @returns their ids */
export async function seedSessions(server: Server, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  await server.stop()
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  const addSession = database.prepare('insert into sessions (id, project_id, title, created_at, updated_at, last_sequence) values (?, ?, ?, ?, ?, 1)')
  const addMessage = database.prepare('insert into messages (id, session_id, role, sequence, status, text, content, created_at) values (?, ?, ?, 1, ?, ?, ?, ?)')
  const now = Date.now()
  database.transaction(() => {
    for (const [i, id] of ids.entries()) {
      const at = new Date(now - (i + 1) * 60_000).toISOString()
      addSession.run(id, 'default', `Session ${i + 1}`, at, at)
      addMessage.run(randomUUID(), id, 'user', 'complete', 'hello', '[]', at)
    }
  })()
  database.close()
  await server.restart()
  return ids
}

/** Puts a session with one answer into the server's data. Restarts it. @returns the session's id */
export async function seedAnswer(server: Server, text: string): Promise<string> {
  const session = await seedSession(server, 'An answer', 2)
  await server.stop()
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.prepare('update messages set text = ?, content = ? where session_id = ? and sequence = 2').run(text, JSON.stringify([{ type: 'text', text }]), session)
  database.close()
  await server.restart()
  return session
}
