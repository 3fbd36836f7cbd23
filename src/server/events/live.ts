import { keyText, type SessionKey } from '../identity/sessionKey.ts'

export type Live = ReturnType<typeof createLive>

/** What is going on right now and is therefore not, or not yet exactly, in the database. */
export function createLive() {
  const busy = new Set<string>()
  const texts = new Map<string, string>()

  return {
    /** A turn runs in the session, or waits to. */
    isBusy: (session: SessionKey) => busy.has(keyText(session)),
    setBusy(session: SessionKey, isBusy: boolean) {
      if (isBusy)
        busy.add(keyText(session))
      else
        busy.delete(keyText(session))
    },

    /** What the agent's message said up to the newest event; undefined when it is not being written. */
    textOf: (messageId: string) => texts.get(messageId),
    setText: (messageId: string, text: string) => void texts.set(messageId, text),
    endText: (messageId: string) => void texts.delete(messageId),
  }
}
