import type { Message } from '../../shared/protocol/message.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'

/** How a session is that another machine works on. */
interface Elsewhere { running: boolean, asking: boolean, waiting: boolean, unsaved: boolean }

export type Live = ReturnType<typeof createLive>

/** What is going on right now and is therefore not, or not yet exactly, in the database. */
export function createLive() {
  const busy = new Set<string>()
  const waiting = new Set<string>()
  const messages = new Map<string, Message>()
  /** How many questions of a session wait for a person. */
  const asking = createCounts()
  const unsaved = createCounts()
  const elsewhere = new Map<string, Elsewhere>()

  return {
    /** A turn runs in the session, or waits to. */
    isBusy: (session: SessionKey) => busy.has(keyText(session)) || elsewhere.get(keyText(session))?.running === true,
    setBusy(session: SessionKey, isBusy: boolean) {
      elsewhere.delete(keyText(session))
      if (isBusy)
        busy.add(keyText(session))
      else
        busy.delete(keyText(session))
    },

    /** Something waits for a person in the session. */
    isAsking: (session: SessionKey) => asking.has(keyText(session)) || elsewhere.get(keyText(session))?.asking === true,
    /** @returns whether it is another state than before */
    countAsking: (session: SessionKey, change: 1 | -1): boolean => asking.count(keyText(session), change),

    /** Something of the session cannot be saved now, and is tried again. */
    isUnsaved: (session: SessionKey) => unsaved.has(keyText(session)) || elsewhere.get(keyText(session))?.unsaved === true,
    /** @returns whether it is another state than before */
    countUnsaved: (session: SessionKey, change: 1 | -1): boolean => unsaved.count(keyText(session), change),

    /** Its turn has not begun, because too many others run. */
    isWaiting: (session: SessionKey) => waiting.has(keyText(session)) || elsewhere.get(keyText(session))?.waiting === true,
    setWaiting(session: SessionKey, isWaiting: boolean) {
      if (isWaiting)
        waiting.add(keyText(session))
      else
        waiting.delete(keyText(session))
    },

    /** The agent's message up to the newest event; undefined when it is not being made. */
    messageOf: (messageId: string) => messages.get(messageId),
    setMessage: (message: Message) => void messages.set(message.id, message),
    endMessage: (messageId: string) => void messages.delete(messageId),
    /** Of one session. */
    messagesOf: (session: SessionKey): Message[] => [...messages.values()].filter(({ sessionId }) => sessionId === session.id),

    /** As the machine tells it that works on the session. */
    setElsewhere(session: SessionKey, state: Elsewhere) {
      if (state.running || state.asking || state.waiting || state.unsaved)
        elsewhere.set(keyText(session), state)
      else
        elsewhere.delete(keyText(session))
    },

    /** What is known of the session is not true any more, or not whole. */
    forget(session: SessionKey) {
      elsewhere.delete(keyText(session))
      for (const { id, sessionId } of messages.values()) {
        if (sessionId === session.id)
          messages.delete(id)
      }
    },
  }
}

/** How many there are of each. */
function createCounts() {
  const counts = new Map<string, number>()
  return {
    has: (key: string) => counts.has(key),
    /** @returns whether there are some now and were none before, or the other way round */
    count(key: string, change: 1 | -1): boolean {
      const before = counts.get(key) ?? 0
      if (before + change > 0)
        counts.set(key, before + change)
      else
        counts.delete(key)
      return (before > 0) !== (before + change > 0)
    },
  }
}
