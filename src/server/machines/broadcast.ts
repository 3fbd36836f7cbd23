/** Says something to all other machines, whatever it is about. */
export interface Broadcast {
  /** @param value what JSON can hold */
  tellAll: (topic: string, value: unknown) => void
  onTold: (topic: string, listener: (value: unknown) => void) => void
}

export type BroadcastNews = { type: 'told', topic: string, value: unknown }

/** To nobody: there is no other machine. */
export const NOBODY: Broadcast = { tellAll: () => {}, onTold: () => {} }

export function createBroadcast(send: (news: BroadcastNews) => void): Broadcast & { hear: (news: BroadcastNews) => void } {
  const listeners = new Map<string, (value: unknown) => void>()
  return {
    tellAll: (topic, value) => send({ type: 'told', topic, value }),
    onTold: (topic, listener) => void listeners.set(topic, listener),
    hear: ({ topic, value }) => listeners.get(topic)?.(value),
  }
}
