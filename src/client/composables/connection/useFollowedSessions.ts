import { onScopeDispose } from 'vue'
import type { ClientFrame, SessionEvent } from '../../../shared/protocol/frames.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { pause } from '../../utils/timing/pause.ts'

interface Connected {
  /** Aborted when this connection is lost; undefined while there is none. */
  signal: () => AbortSignal | undefined
  send: (frame: ClientFrame) => void
  /** The session's newest page is in the history now. */
  onLoaded: (sessionId: string) => Promise<void>
}

/** Milliseconds until the server is asked over REST, where a gap was not filled by subscribing again, or a page was not to be had. */
const PATIENCE = 5000

/**
 * The sessions looked at in this tab: their newest page, then every event from there on. Each event names the one before
 * it, so a missing one is noticed, and asked for again after the last that fits.
 */
export function useFollowedSessions({ signal, send, onLoaded }: Connected) {
  const history = useHistoryStore()
  const followed = new Set<string>()
  /** Subscriptions of which nothing has come yet. */
  const asked = new Set<string>()
  /** Looks after a while whether the gap was filled. */
  const filling = new Map<string, ReturnType<typeof setTimeout>>()

  const bookmarkOf = (sessionId: string) => history.historyOf(sessionId)?.lastEventId

  function subscribe(sessionId: string): void {
    const after = bookmarkOf(sessionId)
    if (after === undefined)
      return // a page comes first
    asked.add(sessionId)
    send({ type: 'subscribe', session_id: sessionId, after_event_id: after })
  }

  async function reload(sessionId: string): Promise<void> {
    try {
      await history.load(sessionId)
    }
    catch (error) {
      console.warn('Not loaded; it will be tried again.', error)
      void reloadLater(sessionId)
    }
    await onLoaded(sessionId)
    subscribe(sessionId)
  }

  /** What is shown goes on; where there is nothing to show, the person is offered to try again. */
  async function reloadLater(sessionId: string) {
    const connection = signal()
    if (!connection || history.historyOf(sessionId)?.state !== 'loaded')
      return
    await pause(PATIENCE, connection)
    if (!connection.aborted)
      await reload(sessionId)
  }

  /** On a new connection, which knows nothing of the one before. */
  function resume(): void {
    asked.clear()
    for (const sessionId of followed) {
      if (history.historyOf(sessionId)?.state === 'loaded' && bookmarkOf(sessionId) === undefined)
        void reload(sessionId)
      else
        subscribe(sessionId)
    }
  }

  function hear(event: SessionEvent): void {
    const id = event.session_id
    const place = history.apply(event)
    if (place === 'next')
      filled(id)
    if (place === 'gap' && followed.has(id))
      fill(id)
    if (place === 'anew')
      resync(id)
  }

  function filled(sessionId: string) {
    asked.delete(sessionId)
    clearTimeout(filling.get(sessionId))
    filling.delete(sessionId)
  }

  function fill(sessionId: string) {
    if (filling.has(sessionId))
      return
    subscribe(sessionId)
    filling.set(sessionId, setTimeout(() => {
      filled(sessionId)
      void reload(sessionId)
    }, PATIENCE))
  }

  /** The server keeps no longer what was missed, and has ended the subscription; or another version of the conversation is the current one. */
  function resync(sessionId: string): void {
    filled(sessionId)
    history.lose(sessionId)
    void reload(sessionId)
  }

  /** A subscription that the server could not begin is asked for again, over REST. */
  function failed(sessionId: string): void {
    if (followed.has(sessionId) && asked.delete(sessionId))
      void reloadLater(sessionId)
  }

  onScopeDispose(() => filling.forEach(timer => clearTimeout(timer)))

  return { followed, subscribe, reload, resume, hear, resync, failed }
}
