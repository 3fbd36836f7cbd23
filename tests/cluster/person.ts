import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Random } from '../torture/random.ts'
import { Violation } from '../torture/violation.ts'
import { followSession, type Followed } from './followed.ts'
import { readSession } from './readSession.ts'
import type { Told } from './told.ts'
import { write, type Written } from './writing.ts'

const PING_MS = 2000
/** After so long a silence another server is tried, as a balancer does. */
const SILENT_MS = 8000
const AGAIN_MS = 1000

export type Person = ReturnType<typeof openPerson>

interface PersonDeps {
  name: string
  sessions: readonly string[]
  /** An address of a server, another one with each call. */
  balance: () => string
  random: Random
  told: Told
  onBroken: (error: Error) => void
}

/** A client: it writes, follows sessions, keeps what it wrote until that is accepted, and comes back by itself. */
export function openPerson({ name, sessions, balance, random, told, onBroken }: PersonDeps) {
  const followed = new Map(sessions.map(session => [session, followSession(session, told)]))
  const outbox = new Map<string, Written>()
  const accepted = new Map<string, { written: Written, message: Message }>()
  const counts = { connections: 0, refused: 0, again: 0 }
  let socket: WebSocket | undefined
  let isOver = false
  let isWriting = true
  let heardAt = 0
  let [pings, pongs] = [0, 0]

  const send = (frame: object) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame))

  function ping() {
    if (performance.now() - heardAt > SILENT_MS)
      return socket?.terminate()
    pings++
    send({ type: 'ping' })
    answerQuestions()
  }

  /** The subscription that each session waits for: one that was asked for before it says nothing of this one. */
  const joining = new Map<Followed, number>()

  /** When it is answered, the subscription has begun. */
  function join(session: Followed, from: WebSocket) {
    session.joins()
    send({ type: 'subscribe', session_id: session.session, after_event_id: session.last() })
    const mine = ++pings
    joining.set(session, mine)
    send({ type: 'ping' })
    const waiting = setInterval(() => {
      if (socket !== from || session.isReading() || joining.get(session) !== mine)
        return clearInterval(waiting)
      if (pongs < mine)
        return
      clearInterval(waiting)
      session.joined()
    }, 20)
  }

  async function readAnew(session: Followed, url: string, from: WebSocket) {
    session.readsAnew()
    while (socket === from && !isOver) {
      try {
        const { messages, lastEventId } = await readSession(url, session.session)
        if (socket !== from)
          return
        session.read(messages, lastEventId)
        return join(session, from)
      }
      catch {
        await pause(AGAIN_MS)
      }
    }
  }

  function answerQuestions() {
    for (const session of followed.values()) {
      for (const { id, parts } of session.messages().values()) {
        const part = parts.find(part => part.type === 'question' && part.status === 'waiting')
        if (part)
          send({ type: 'answer', session_id: session.session, message_id: id, part_id: part.id, answers: { 'Which?': 'Right' } })
      }
    }
  }

  function hear(frame: ServerFrame, url: string, from: WebSocket) {
    if (frame.type === 'pong')
      return void pongs++
    if (frame.type === 'message_accepted') {
      const written = outbox.get(frame.message_id)
      if (written)
        accepted.set(frame.message_id, { written, message: frame.message })
      outbox.delete(frame.message_id)
      return
    }
    if (frame.type === 'error')
      return refused(frame)
    const session = 'session_id' in frame ? followed.get(frame.session_id) : undefined
    if (frame.type === 'resync_required' && session) {
      session.counts.resyncs++
      return void (session.isReading() || readAnew(session, url, from))
    }
    if (session && 'event_id' in frame && !session.hear(frame))
      void readAnew(session, url, from)
  }

  function refused({ message_id, session_id, problem }: Extract<ServerFrame, { type: 'error' }>) {
    counts.refused++
    const written = message_id === undefined ? undefined : outbox.get(message_id)
    if (problem.status !== 503 && problem.status !== 429 && problem.status !== 409)
      throw new Violation(`${name} was refused: ${JSON.stringify(problem)}`)
    if (written)
      setTimeout(() => outbox.has(written.id) && send(written.frame), AGAIN_MS)
    else if (session_id !== undefined && followed.get(session_id) && problem.status === 503)
      socket?.close() // a subscription did not begin
  }

  async function talk(url: string) {
    const mine = socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { handshakeTimeout: 3000 })
    pings = pongs = 0
    heardAt = performance.now()
    const pinging = setInterval(ping, PING_MS)
    await new Promise<void>((resolve) => {
      mine.on('error', () => undefined) // its end says it, too
      mine.on('close', resolve)
      mine.on('open', () => {
        counts.connections++
        heardAt = performance.now()
        for (const session of followed.values())
          void (session.last() === undefined ? readAnew(session, url, mine) : join(session, mine))
        for (const { frame } of outbox.values()) {
          counts.again++
          send(frame)
        }
      })
      mine.on('message', (data: Buffer) => {
        heardAt = performance.now()
        try {
          hear(JSON.parse(data.toString()) as ServerFrame, url, mine)
        }
        catch (error) {
          onBroken(error as Error)
        }
      })
    })
    clearInterval(pinging)
  }

  async function live() {
    while (!isOver) {
      await talk(balance())
      await pause(random.int(50, 500))
    }
  }

  async function writeOn(eachMs: number) {
    while (isWriting) {
      await pause(random.int(eachMs / 2, eachMs * 1.5))
      if (outbox.size > 2 || !isWriting)
        continue
      const written = await write(random, random.pick(sessions))
      outbox.set(written.id, written)
      send(written.frame)
      if (random.chance(0.1)) // whoever is not sure sends it through another server as well
        void sendOverRest(balance(), written)
    }
  }

  return {
    name,
    counts,
    followed,
    accepted,
    isSettled: () => outbox.size === 0 && [...followed.values()].every(session => session.isLive()),
    waiting: () => [...outbox.keys()],
    start: (eachMs: number) => void Promise.all([live(), writeOn(eachMs)]).catch(onBroken),
    stopWriting() {
      isWriting = false
    },
    close() {
      isOver = true
      socket?.terminate()
    },
  }
}

async function sendOverRest(url: string, { id, session, frame }: Written) {
  const { text, images, documents } = frame
  if (images.length || documents.length)
    return // the same files in another order would be another message
  await fetch(`${url}/api/sessions/${session}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content: text, clientMessageId: id }),
    signal: AbortSignal.timeout(SILENT_MS),
  }).catch(() => undefined)
}
