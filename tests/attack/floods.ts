import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { Attack } from './attacks.ts'
import { createSession, get, openSocket, patch, post, remove, statuses, tried } from './requests.ts'
import type { Target } from './server.ts'

// What a tenant may do, done thousands of times.

const EVE = '/api/sessions/eve'
const MESSAGES = `${EVE}/messages`
const MB = 1024 * 1024
const times = <Item>(count: number, make: (i: number) => Item) => Array.from({ length: count }, (_, i) => make(i))

const send = (target: Target, content: string, session = 'eve') => post(target, `/api/sessions/${session}/messages`, JSON.stringify({ content }))

interface Sent { id: string }

async function sendAll(target: Target, contents: readonly string[]): Promise<Sent[]> {
  const answers = await Promise.all(contents.map(content => send(target, content)))
  return Promise.all(answers.map(async answer => (await answer.json() as { message: Sent }).message))
}

/** Sockets of the attacker that follow the session. */
async function followers(target: Target, count: number): Promise<WebSocket[]> {
  const sockets = (await Promise.all(times(count, () => openSocket(target)))).filter(socket => socket !== undefined)
  sockets.forEach(socket => socket.send(JSON.stringify({ type: 'subscribe', session_id: 'eve' })))
  return sockets
}

/** The address of a question that waits for its answer. */
async function openQuestion(target: Target): Promise<{ messageId: string, partId: string }> {
  await send(target, '/ask Which one? | A | B')
  for (;;) {
    const { messages } = await (await get(target, MESSAGES)).json() as { messages: { id: string, parts?: { id: string, type: string }[] }[] }
    for (const { id, parts } of messages) {
      const part = parts?.find(({ type }) => type === 'question')
      if (part)
        return { messageId: id, partId: part.id }
    }
    await pause(100)
  }
}

const changed = (target: Target, body: object) => tried(patch(target, EVE, JSON.stringify(body)))

/** With which all others are to be compared: the machine may be busy with something else. */
export const NOTHING = 'nothing: nobody attacks for ten seconds'

export const FLOODS: Record<string, Attack> = {
  async [NOTHING]() {
    await pause(10_000)
    return 'nothing'
  },

  async 'answers to a question: 300 of nearly a megabyte, and 40 frames of 20 MB'(target) {
    await createSession(target, 'eve')
    const { messageId, partId } = await openQuestion(target)
    const answered = await Promise.all(times(300, () => tried(post(target, `${MESSAGES}/${messageId}/parts/${partId}/answer`, JSON.stringify({ answers: { 'Which one?': 'x'.repeat(MB - 1000) } })))))
    const sockets = await followers(target, 4)
    let told = 0
    sockets.forEach(socket => socket.on('message', (data: Buffer) => { told += Number(data.includes('not_offered')) }))
    const frame = JSON.stringify({ type: 'answer', session_id: 'eve', message_id: messageId, part_id: partId, answers: { 'Which one?': 'x'.repeat(20 * MB) } })
    for (let i = 0; i < 10; i++)
      await Promise.all(sockets.map(socket => new Promise(resolve => socket.send(frame, resolve))))
    await pause(5000)
    const open = sockets.filter(socket => socket.readyState === socket.OPEN).length
    sockets.forEach(socket => socket.terminate())
    return `${statuses(answered)}; ${told} frames refused, ${open} of ${sockets.length} sockets still open`
  },

  async 'steering: 200 messages behind a turn, each sent at once five times'(target) {
    await createSession(target, 'eve')
    await send(target, '/slow 1000')
    const waiting = await sendAll(target, times(200, i => `message ${i} ${'and so on '.repeat(1000)}`))
    const steered = await Promise.all(times(5, i => waiting.map(({ id }) =>
      tried(post(target, `${MESSAGES}/${id}/steer`, JSON.stringify({ when: i % 2 ? 'next' : 'now' }))))).flat())
    return statuses(steered)
  },

  async 'edits: 100 messages behind a turn, each with a text of half a megabyte, changed ten times, with a hundred sockets that follow'(target) {
    await createSession(target, 'eve')
    const sockets = await followers(target, 100)
    await send(target, '/slow 1000')
    const waiting = await sendAll(target, times(100, i => `message ${i}`))
    const edited = await Promise.all(times(10, i => waiting.map(({ id }) =>
      tried(patch(target, `${MESSAGES}/${id}`, JSON.stringify({ text: `${i} ${'x'.repeat(MB / 2)}` }))))).flat())
    sockets.forEach(socket => socket.terminate())
    return statuses(edited)
  },

  async 'models: 1,000 changes of who answers, with a hundred sockets that follow'(target) {
    await createSession(target, 'eve')
    const sockets = await followers(target, 100)
    const told = statuses(await Promise.all(times(1000, i => changed(target, i % 2 ? { model: `invented-${i}` } : { model: null }))))
    sockets.forEach(socket => socket.terminate())
    return told
  },

  async 'marks: 1,000 pins and archivings, with a hundred sockets'(target) {
    await createSession(target, 'eve')
    const sockets = await followers(target, 100)
    const told = statuses(await Promise.all(times(1000, i => changed(target, { pinned: i % 2 === 0, archived: i % 3 === 0 }))))
    sockets.forEach(socket => socket.terminate())
    return told
  },

  async 'lists: 2,000 requests at once for all that there is'(target) {
    await createSession(target, 'eve')
    for (let i = 0; i < 4; i++)
      await send(target, 'x'.repeat(MB - 10))
    return statuses(await Promise.all(times(2000, i => tried(get(target, [MESSAGES, '/api/history', '/api/sessions', `${EVE}/attachments`][i % 4] ?? '')))))
  },

  async 'events: four texts of a megabyte in each of a hundred sessions, and 150 sockets that ask for them twenty times and read nothing'(target) {
    await Promise.all(times(100, i => createSession(target, i ? `eve-${i}` : 'eve')))
    const sent = statuses(await Promise.all(times(400, i => send(target, 'x'.repeat(MB - 10 - i), i % 100 ? `eve-${i % 100}` : 'eve'))))
    const sockets = await followers(target, 150)
    sockets.forEach(socket => socket.pause())
    for (let i = 0; i < 20; i++) {
      sockets.forEach(socket => socket.send(JSON.stringify({ type: 'subscribe', session_id: i % 2 ? 'eve-1' : 'eve', after_event_id: 1 })))
      await pause(500)
    }
    const open = sockets.filter(socket => socket.readyState === socket.OPEN).length
    sockets.forEach(socket => socket.terminate())
    return `${sent}; ${open} of ${sockets.length} sockets still open`
  },

  async 'frames: eight texts of nearly a megabyte on each of 200 sockets'(target) {
    await createSession(target, 'eve')
    const sockets = await followers(target, 200)
    let told = 0
    sockets.forEach(socket => socket.on('message', (data: Buffer) => { told += Number(data.includes('message_accepted')) }))
    for (let i = 0; i < 8; i++)
      sockets.forEach((socket, number) => socket.send(JSON.stringify({ type: 'send_message', message_id: `${number}-${i}`, session_id: `eve-${number}`, text: 'x'.repeat(MB - 1000), images: [], documents: [] }), () => undefined))
    await pause(10_000)
    const open = sockets.filter(socket => socket.readyState === socket.OPEN).length
    sockets.forEach(socket => socket.terminate())
    return `${told} accepted in time, ${open} of ${sockets.length} sockets still open`
  },

  async 'files: a hundred thousand in the folder of a session'(target) {
    await createSession(target, 'eve')
    await send(target, '/write first.txt one')
    const folder = path.join(target.dataFolder, 'tenants/attackers/workspaces/eve')
    await mkdir(folder, { recursive: true })
    for (let start = 0; start < 100_000; start += 1000) {
      await mkdir(path.join(folder, `folder-${start}`), { recursive: true })
      await Promise.all(times(1000, i => writeFile(path.join(folder, `folder-${start}`, `${i}.txt`), `file ${i}`)))
    }
    const sent = statuses(await Promise.all(times(3, i => send(target, `/write again-${i}.txt word`))))
    await pause(10_000)
    return `${sent}; deleted: ${(await remove(target, EVE)).status}`
  },

  async 'backup: one is made while three hundred messages are sent and answered'(target) {
    await Promise.all(times(100, i => createSession(target, `eve-${i}`)))
    const folder = await mkdtemp(path.join(tmpdir(), 'satchel-attacked-backup-'))
    const begun = performance.now()
    const made = new Promise<string>(resolve => execFile(process.execPath, [target.command('backup'), path.join(folder, 'one')], { env: { PATH: process.env.PATH, DATA_DIR: target.dataFolder } },
      (error, _out, said) => resolve(`${error ? `failed: ${said.slice(0, 80)}` : 'made'} in ${((performance.now() - begun) / 1000).toFixed(0)} s`)))
    const sent = statuses(await Promise.all(times(300, i => send(target, 'A sentence that is said again. '.repeat(1000), `eve-${i % 100}`))))
    const backup = await made
    await rm(folder, { recursive: true, force: true })
    return `${sent}; the backup is ${backup}`
  },
}
