import { inject, provide, watch, type InjectionKey } from 'vue'
import { SOCKET_PATH } from '../../../shared/defaults.ts'
import type { ClientFrame, Hello, MessageAccepted, ServerFrame, SessionEvent } from '../../../shared/protocol/frames.ts'
import type { Problem } from '../../../shared/protocol/problem.ts'
import { useAccountStore } from '../../stores/account.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useLocalSessionsStore } from '../../stores/localSessions.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useServerClockStore } from '../../stores/serverClock.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { followServerLimits } from '../../utils/limits/serverLimits.ts'
import { useOutbox } from './useOutbox.ts'
import { useWebSocket } from './useWebSocket.ts'

export type Connection = ReturnType<typeof provideConnection>
const KEY: InjectionKey<Connection> = Symbol('connection')

/** The app's one line to the server: what comes in goes to the stores, what has to go out goes out, and again. */
export function provideConnection(url = socketUrl()) {
  const account = useAccountStore()
  const clock = useServerClockStore()
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const history = useHistoryStore()
  const messages = useOutboxStore()
  const sessions = useSessionsStore()

  const socket = useWebSocket(url, { isForUs, onFrame: receive, onClose })
  const outbox = useOutbox({ signal: socket.line, send: frame => socket.send(frame) })
  /** The sessions looked at in this tab: their events are asked for again on each new line. */
  const followed = new Set<string>()
  /** Sessions some of whose events are missing, and were asked for. */
  const catchingUp = new Set<string>()

  // Once both are there, whichever comes last: the line, and what the device remembers.
  watch([socket.state, () => drafts.loaded], ([state, loaded]) => {
    if (state === 'open' && loaded)
      void outbox.resume()
  })

  /** Another tab may have signed in as somebody else: what this one holds must not be sent in that name. */
  function isForUs({ account: id }: Hello): boolean {
    const here = id === undefined || account.isHere(id)
    if (!here)
      account.moveTo(id)
    return here
  }

  function onClose(tooLarge: boolean) {
    if (tooLarge)
      outbox.lineTooSmall()
    void account.check() // a socket that is refused is not told why
  }

  function receive(frame: ServerFrame) {
    switch (frame.type) {
      case 'hello':
        followServerLimits(frame.limits)
        if (frame.time)
          clock.hear(Date.parse(frame.time))
        return void catchUp()
      case 'pong': return
      case 'receiving': return outbox.receiving(frame.bytes)
      case 'message_accepted': return void accepted(frame)
      case 'error': return refused(frame.message_id, frame.problem)
      case 'resync_required': return void reload(frame.session_id)
      case 'session_updated': return sessions.update(frame.session)
      case 'answer_accepted': return // the part comes as an event
      default: return applyEvent(frame)
    }
  }

  /** What is missing is asked for once: what comes until then is asked for with it. */
  function applyEvent(event: SessionEvent) {
    const { session_id: sessionId } = event
    if (event.type === 'session_deleted')
      sessions.remove(sessionId)
    if (!history.apply(event))
      return void catchingUp.delete(sessionId)
    if (followed.has(sessionId) && !catchingUp.has(sessionId)) {
      catchingUp.add(sessionId)
      subscribe(sessionId)
    }
  }

  async function catchUp() {
    catchingUp.clear()

    followed.forEach(subscribe)
    await sessions.load().catch(logUnreachable)
    // What had not begun when it was opened may have begun meanwhile, in another tab.
    for (const id of followed) {
      if (!sessions.isLocal(id) && !history.historyOf(id)?.lastEventId)
        void reload(id)
    }
  }

  function subscribe(sessionId: string) {
    void socket.send({ type: 'subscribe', session_id: sessionId, after_event_id: history.historyOf(sessionId)?.lastEventId ?? 0 })
  }

  async function reload(sessionId: string) {
    catchingUp.delete(sessionId)
    await history.load(sessionId).catch(logUnreachable)
    await letGoOfKnown(sessionId)
    subscribe(sessionId)
  }

  /** Messages that wait here for the person, and that the server has by now: another device has sent them. */
  async function letGoOfKnown(sessionId: string) {
    const known = new Set(history.historyOf(sessionId)?.items.map(({ key }) => key))
    for (const { id } of messages.ofSession(sessionId).filter(({ id, problem }) => problem !== undefined && known.has(id)))
      await outbox.accepted(id)
  }

  /** Shows a session: its newest messages, then every event from there on. */
  async function follow(sessionId: string): Promise<void> {
    const seen = followed.has(sessionId)
    followed.add(sessionId)
    if (sessions.isLocal(sessionId) && local.sessions.has(sessionId)) {
      history.begin(sessionId)
      return subscribe(sessionId) // its first message may be sent in another tab
    }
    if (!seen || history.historyOf(sessionId)?.state === 'failed')
      await reload(sessionId)
  }

  /** Only now, and not before, it leaves this device. */
  async function accepted({ session_id: sessionId, message_id: messageId, message, replayed }: MessageAccepted) {
    history.put(sessionId, message, messages.attachmentsOf(messageId))
    sessions.adopt(sessionId, message.createdAt)
    await outbox.accepted(messageId)
    if (replayed) // its answer may have been given while nobody listened
      void reload(sessionId)
  }

  function refused(messageId: string | undefined, problem: Problem) {
    if (!messageId || !outbox.refused(messageId, problem))
      console.warn('The server refused a frame:', problem.detail)
  }

  const connection = {
    state: socket.state,
    retryAt: socket.retryAt,
    retry: socket.retry,
    follow,
    stop: (sessionId: string) => void socket.send({ type: 'stop', session_id: sessionId } satisfies ClientFrame),
  }
  provide(KEY, connection)
  return connection
}

export function useConnection(): Connection {
  const connection = inject(KEY)
  if (!connection)
    throw new Error('provideConnection() must be called by a component above')
  return connection
}

function socketUrl() {
  const url = new URL(SOCKET_PATH, location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  return url.href
}

/** The connection's own state tells the person; this is for whoever looks closer. */
function logUnreachable(error: unknown) {
  console.warn('Not loaded; it will be tried again with the next connection.', error)
}
