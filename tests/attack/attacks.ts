import BetterSqlite from 'better-sqlite3'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { heavyPngs, slowPdf } from '../helpers/hostileFiles.ts'
import { AUTHORIZED, createSession, get, openSocket, patch, post, postFiles, remove, statuses, stream, tried } from './requests.ts'
import type { Target } from './server.ts'

/** Resolves with what the attacker was told. */
export type Attack = (target: Target) => Promise<string>

const MESSAGES = '/api/sessions/eve/messages'
const MB = 1024 * 1024
const times = <Item>(count: number, make: (i: number) => Item) => Array.from({ length: count }, (_, i) => make(i))

/** Waits until these sessions run no answer any more, 45 s at most. @returns how many still do */
async function untilAnswered(target: Target, ids: readonly string[]): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const running = (await Promise.all(ids.map(async id => (await (await get(target, `/api/sessions/${id}`)).json() as { running: boolean }).running))).filter(Boolean).length
    if (!running || performance.now() - begun > 45_000)
      return running
    await pause(200)
  }
}

/** A piece of a frame that does not end, when the machine has taken it or the server has closed. */
const takenOrClosed = (socket: WebSocket, piece: Buffer) => new Promise<void>((resolve) => {
  socket.once('close', resolve)
  socket.send(piece, { fin: false, binary: true }, () => {
    socket.off('close', resolve)
    resolve()
  })
})

export const ATTACKS: Record<string, Attack> = {
  async 'ids: 20,000 invented uploadIds'(target) {
    await createSession(target, 'eve')
    return statuses([await post(target, MESSAGES, JSON.stringify({ content: 'hi', uploadIds: times(20_000, i => `id-${i}`) }))])
  },

  async 'form: a hundred fields of 29 MB'(target) {
    await createSession(target, 'eve')
    const filler = Buffer.alloc(MB, 'x')
    function* body() {
      for (let field = 0; field < 100; field++) {
        yield Buffer.from(`--b\r\nContent-Disposition: form-data; name="f${field}"\r\n\r\n`)
        yield* times(29, () => filler)
        yield Buffer.from('\r\n')
      }
      yield Buffer.from('--b--\r\n')
    }
    return stream(target, MESSAGES, { 'content-type': 'multipart/form-data; boundary=b' }, body())
  },

  async 'json: 40 MB of empty lists'(target) {
    await createSession(target, 'eve')
    return statuses([await post(target, MESSAGES, `{"content":"hi","x":[${'[],'.repeat(14 * MB)}[]]}`)])
  },

  async 'pdfs: three that take very long to open'(target) {
    await createSession(target, 'eve')
    const hostile = slowPdf()
    return statuses(await Promise.all(times(3, async (i) => {
      await createSession(target, `eve-${i}`)
      return postFiles(target, `/api/sessions/eve-${i}/messages`, [hostile], 'slow.pdf')
    })))
  },

  async 'pictures: twelve PNGs of 119 MP in one message'(target) {
    await createSession(target, 'eve')
    return statuses([await postFiles(target, MESSAGES, heavyPngs(12), 'heavy.png')])
  },

  async 'pictures: one PNG of 119 MP in each of twelve messages'(target) {
    const pictures = heavyPngs(12)
    return statuses(await Promise.all(pictures.map(async (picture, i) => {
      await createSession(target, `eve-${i}`)
      return postFiles(target, `/api/sessions/eve-${i}/messages`, [picture], 'heavy.png')
    })))
  },

  async 'sockets: 500 that do not read eight long answers'(target) {
    await createSession(target, 'eve')
    const sockets = (await Promise.all(times(500, () => openSocket(target)))).filter(socket => socket !== undefined)
    for (const socket of sockets) {
      socket.send(JSON.stringify({ type: 'subscribe', session_id: 'eve' }))
      socket.pause()
    }
    const text = 'x'.repeat(MB)
    const sent = statuses(await Promise.all(times(8, i => post(target, MESSAGES, JSON.stringify({ content: text.slice(i) })))))
    const running = await untilAnswered(target, ['eve'])
    sockets.forEach(socket => socket.terminate())
    return `${sockets.length} sockets, ${sent}; ${running ? 'not complete' : 'complete'}`
  },

  async 'frames: 20 unfinished ones of 40 MB'(target) {
    const sockets = (await Promise.all(times(20, () => openSocket(target)))).filter(socket => socket !== undefined)
    const piece = Buffer.alloc(MB, ' ')
    for (let sent = 0; sent < 40; sent++) {
      await Promise.all(sockets.map(socket => takenOrClosed(socket, piece)))
    }
    const open = sockets.filter(socket => socket.readyState === socket.OPEN).length
    sockets.forEach(socket => socket.terminate())
    return `${open} of ${sockets.length} are still open`
  },

  async 'texts: twenty of the longest, then their pages'(target) {
    await createSession(target, 'eve')
    const sent: Response[] = []
    for (const size of [...times(20, () => 29), ...times(20, () => 1)])
      sent.push(await post(target, MESSAGES, JSON.stringify({ content: 'x'.repeat(size * MB) })))
    const read = await Promise.all(['?limit=100', '', '?limit=50', ...times(5, () => '')].map(async (query) => {
      const response = await get(target, MESSAGES + query)
      await response.arrayBuffer()
      return response
    }))
    const history = await get(target, '/api/history')
    await history.arrayBuffer()
    return `sent ${statuses(sent)}; pages ${statuses(read)}; history ${history.status}`
  },

  async 'answers: 300 at once'(target) {
    const ids = times(300, i => `eve-${i}`)
    await Promise.all(ids.map(id => createSession(target, id)))
    const text = 'A sentence that is said again. '.repeat(2000)
    const begun = performance.now()
    const sent = statuses(await Promise.all(ids.map(id => tried(post(target, `/api/sessions/${id}/messages`, JSON.stringify({ content: text }))))))
    const running = await untilAnswered(target, ids)
    return `${sent}; ${running ? `${running} not complete` : 'all complete'} after ${((performance.now() - begun) / 1000).toFixed(0)} s`
  },

  async 'slow: an unauthenticated body that never ends'({ url }) {
    const { hostname, port } = new URL(url)
    const begun = performance.now()
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname)
      socket.write('POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{')
      const dripping = setInterval(() => socket.write(' '), 2000)
      socket.on('error', () => undefined)
      socket.resume()
      socket.on('close', () => {
        clearInterval(dripping)
        resolve(`closed after ${((performance.now() - begun) / 1000).toFixed(0)} s`)
      })
    })
  },

  async 'lock: another program holds the database for eight seconds'(target) {
    const database = new BetterSqlite(path.join(target.dataFolder, 'satchel.sqlite'))
    database.exec('BEGIN IMMEDIATE')
    const sent = post(target, '/api/sessions', '{"id":"during"}')
    await pause(8000)
    database.exec('COMMIT')
    database.close()
    return statuses([await sent])
  },

  async 'deletion: a session of 100,000 messages'(target) {
    await createSession(target, 'eve')
    const database = new BetterSqlite(path.join(target.dataFolder, 'satchel.sqlite'))
    const insert = database.prepare(`insert into messages (id, tenant_id, session_id, role, sequence, status, text, content, created_at) values (?, 'attackers', 'eve', ?, ?, 'complete', 'A sentence of a message.', '[]', ?)`)
    const now = new Date().toISOString()
    for (let start = 0; start < 100_000; start += 2000)
      database.transaction(() => times(2000, i => insert.run(crypto.randomUUID(), i % 2 ? 'assistant' : 'user', start + i + 1, now)))()
    database.close()
    const begun = performance.now()
    const response = await remove(target, '/api/sessions/eve')
    return `${response.status} after ${((performance.now() - begun) / 1000).toFixed(1)} s`
  },

  async 'bodies: thirty messages of 20 MB at once'(target) {
    await Promise.all(times(30, i => createSession(target, `eve-${i}`)))
    const filler = Buffer.alloc(MB, 'x')
    return (await Promise.all(times(30, i => stream(target, `/api/sessions/eve-${i}/messages`, { ...AUTHORIZED, 'content-type': 'multipart/form-data; boundary=b' }, [
      ...times(5, file => [Buffer.from(`--b\r\nContent-Disposition: form-data; name="files"; filename="${file}.txt"\r\n\r\n`), ...times(4, () => filler), Buffer.from('\r\n')]).flat(),
      Buffer.from('--b--\r\n'),
    ])))).sort().join(' ')
  },

  async 'search: 300 queries at once over four megabytes of text'(target) {
    await createSession(target, 'eve')
    const text = Array.from({ length: 60_000 }, (_, i) => `word${i} aaa`).join(' ').slice(0, MB - 1)
    for (let i = 0; i < 4; i++)
      await post(target, MESSAGES, JSON.stringify({ content: `${i} ${text}` }))
    await untilAnswered(target, ['eve'])
    const asked = await Promise.all(times(300, i => get(target, `/api/search?q=${i % 3 ? `word${i} aa` : 'a a a a a a a a'}`)))
    await Promise.all(asked.map(response => response.arrayBuffer()))
    return statuses(asked)
  },

  async 'changes: 1,000 of one session at once, with a hundred sockets that follow'(target) {
    await createSession(target, 'eve')
    const sockets = (await Promise.all(times(100, () => openSocket(target)))).filter(socket => socket !== undefined)
    sockets.forEach(socket => socket.send(JSON.stringify({ type: 'subscribe', session_id: 'eve' })))
    const told = statuses(await Promise.all(times(1000, i => tried(patch(target, '/api/sessions/eve', JSON.stringify({ title: `title ${i}` }))))))
    sockets.forEach(socket => socket.terminate())
    return told
  },

  async 'queue: a thousand messages behind a turn that runs'(target) {
    await createSession(target, 'eve')
    const sent = statuses(await Promise.all(times(1000, i => tried(post(target, MESSAGES, JSON.stringify({ content: `message ${i} ${'and so on '.repeat(500)}` }))))))
    await pause(10_000)
    return `${sent}; deleted: ${(await remove(target, '/api/sessions/eve')).status}`
  },
}
