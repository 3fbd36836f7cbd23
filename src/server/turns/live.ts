export type Live = ReturnType<typeof createLive>

/** What is going on right now and is therefore not, or not yet exactly, in the database. */
export function createLive() {
  const busy = new Set<string>()
  const texts = new Map<string, string>()

  return {
    /** A turn runs in the session, or waits to. */
    isBusy: (sessionId: string) => busy.has(sessionId),
    setBusy(sessionId: string, isBusy: boolean) {
      if (isBusy)
        busy.add(sessionId)
      else
        busy.delete(sessionId)
    },

    /** What the agent's message said up to the newest event; undefined when it is not being written. */
    textOf: (messageId: string) => texts.get(messageId),
    setText: (messageId: string, text: string) => void texts.set(messageId, text),
    endText: (messageId: string) => void texts.delete(messageId),
  }
}
