import { keyText, type SessionKey } from '../identity/sessionKey.ts'

export type SnapshotNews =
  /** The machine that works on the session is asked to tell how far it has come. */
  | { type: 'wanted', to: string, session: SessionKey }
  /** A machine has begun to listen. */
  | { type: 'hello' }

/** Milliseconds that somebody who reads may wait for another machine. */
const PATIENCE_MS = 2000

/** Has other machines tell how far sessions have come. */
export function createSnapshots({ machine, send, holderOf }: { machine: string, send: (news: SnapshotNews) => void, holderOf: (session: SessionKey) => Promise<string | undefined> }) {
  const wanted = new Map<string, { came: Promise<boolean>, end: (isThere: boolean) => void }>()

  function want(to: string, session: SessionKey): Promise<boolean> {
    const key = keyText(session)
    const known = wanted.get(key)
    if (known)
      return known.came
    let end = (_isThere: boolean) => {}
    const came = new Promise<boolean>((resolve) => { end = resolve }).finally(() => wanted.delete(key))
    wanted.set(key, { came, end })
    setTimeout(end, PATIENCE_MS, false).unref()
    send({ type: 'wanted', to, session })
    return came
  }

  return {
    /** @returns false where no other machine works on it, or it does not answer */
    async fetch(session: SessionKey): Promise<boolean> {
      const holder = await holderOf(session)
      return holder !== undefined && holder !== machine && want(holder, session)
    },

    isForMe: ({ to }: Extract<SnapshotNews, { type: 'wanted' }>) => to === machine,

    came: (session: SessionKey) => wanted.get(keyText(session))?.end(true),
  }
}
