import { inject, provide, watch, type InjectionKey } from 'vue'
import { SOCKET_PATH } from '../../../shared/defaults.ts'
import type { ClientFrame, Hello, ServerFrame } from '../../../shared/protocol/frames.ts'
import { useAgentOfferStore } from '../../stores/choices/agentOffer.ts'
import { useAccountStore } from '../../stores/account.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useLocalSessionsStore } from '../../stores/localSessions.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useServerClockStore } from '../../stores/serverClock.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { followServerLimits } from '../../utils/limits/serverLimits.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { SESSION_DELETED, useGoneSessions } from './useGoneSessions.ts'
import { loadAnswers } from './loadAnswers.ts'
import { useAcceptance } from './useAcceptance.ts'
import { useFollowedSessions } from './useFollowedSessions.ts'
import { useOutbox } from './useOutbox.ts'
import { useWebSocket } from './useWebSocket.ts'

export type Connection = ReturnType<typeof provideConnection>
const KEY: InjectionKey<Connection> = Symbol('connection')

/** The app's one connection to the server: what comes in goes to the stores, what has to go out goes out, and again. */
export function provideConnection(url = socketUrl()) {
  const account = useAccountStore()
  const agent = useAgentOfferStore()
  const clock = useServerClockStore()
  const drafts = useDraftsStore()
  const local = useLocalSessionsStore()
  const history = useHistoryStore()
  const sessions = useSessionsStore()

  const socket = useWebSocket(url, { isForUs, onFrame: frame => frame.type === 'session_marked' ? sessions.marked(frame.session_id, frame) : receive(frame), onClose })
  const outbox = useOutbox({ signal: socket.signal, send: frame => socket.send(frame) })
  const { followed, subscribe, reload, resume, hear, resync, failed } = useFollowedSessions({ signal: socket.signal, send: frame => later(socket.send(frame)), onLoaded: id => acceptance.releaseKnown(id) })
  const acceptance = useAcceptance({ outbox, followed, reload: id => later(reload(id)) })
  const answers = loadAnswers({ signal: socket.signal, send: frame => later(socket.send(frame)) })
  const gone = useGoneSessions(id => followed.has(id))

  // A session that cannot be found may be one that this device has not read yet.
  watch(() => drafts.ready, () => followed.forEach(id => void review(id).catch(logUnreachable)))

  // Once both are there, whichever comes last: the connection, and what the device remembers.
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
      outbox.frameTooLarge()
    void account.check() // a socket that is refused is not told why
  }

  function receive(frame: Exclude<ServerFrame, { type: 'session_marked' }>) {
    switch (frame.type) {
      case 'hello': return greeted(frame)
      case 'pong': return
      case 'receiving': return outbox.receiving(frame.bytes)
      case 'message_accepted': return later(acceptance.accepted(frame))
      case 'error': return refused(frame)
      case 'resync_required': return resync(frame.session_id)
      case 'session_updated': return sessions.update(frame.session)
      case 'answer_accepted': return answers.finish(frame, 'accepted') // the part comes as an event
      case 'session_deleted': return deleted(frame.session_id)
      default: return hear(frame)
    }
  }

  function deleted(sessionId: string) {
    later(answers.forgetSessions(id => id === sessionId))
    later(gone.deleted(sessionId))
  }

  function greeted({ limits, time }: Hello) {
    followServerLimits(limits)
    if (time)
      clock.hear(Date.parse(time))
    later(catchUp())
  }

  async function catchUp() {
    resume()
    later(agent.load())
    const known = answers.resume().catch(logUnreachable)
    await sessions.load().then(gone.missed).then(() => known).then(() => answers.forgetSessions(sessions.isLocal)).catch(logUnreachable)
    followed.forEach(id => void review(id).catch(logUnreachable))
  }

  /** What had not begun when it was opened may have begun meanwhile, in another tab; what was there may be gone. */
  async function review(id: string) {
    if (!await gone.check(id) && !sessions.isLocal(id) && !history.historyOf(id)?.lastEventId)
      await reload(id)
  }

  /** Shows a session: its newest messages, then every event from there on. */
  async function follow(sessionId: string): Promise<void> {
    const seen = followed.has(sessionId)
    followed.add(sessionId)
    if (sessions.isLocal(sessionId) && local.sessions.has(sessionId)) {
      history.begin(sessionId)
      return subscribe(sessionId) // its first message may be sent in another tab
    }
    if (await gone.check(sessionId).catch(logUnreachable)) // unreachable: it is looked for again with the next connection
      return
    if (!seen || history.historyOf(sessionId)?.state === 'failed')
      await reload(sessionId)
  }

  function refused(frame: Extract<ServerFrame, { type: 'error' }>) {
    const { message_id: messageId, session_id: sessionId, problem } = frame
    if (sessionId && problem.code === SESSION_DELETED)
      deleted(sessionId)
    if (frame.part_id !== undefined)
      return answers.finish(frame, problem)
    if (sessionId && !messageId)
      failed(sessionId)
    if (!messageId || !outbox.refused(messageId, problem))
      console.warn('The server refused a frame:', problem.detail)
  }

  const connection = {
    state: socket.state,
    retryAt: socket.retryAt,
    retry: socket.retry,
    follow,
    stop: (sessionId: string) => later(socket.send({ type: 'stop', session_id: sessionId } satisfies ClientFrame)),
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

const later = (work: Promise<unknown>) => inBackground(work, 'Not done; it will be tried again with the next connection.')

/** The connection's own state tells the person; this is for whoever looks closer. */
function logUnreachable(error: unknown) {
  console.warn('Not loaded; it will be tried again with the next connection.', error)
}
