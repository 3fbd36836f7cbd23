import type { SessionEvent } from '../../shared/protocol/frames.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { SessionKey } from '../identity/sessionKey.ts'

/** What machines tell each other of sessions. `epoch`: what comes from an earlier one than is known is late, and dropped. */
export type SessionNews =
  | { type: 'event', session: SessionKey, epoch: number, id: number, previous: number | null, kind: SessionEvent['type'], json: string }
  /** How far the session has come, with what is being made in it. */
  | { type: 'snapshot', session: SessionKey, epoch: number, last: number, messages: Message[] }
  /** A frame that is part of no chain. */
  | { type: 'frame', session: SessionKey, onlyFor?: string, json: string }

/** What ties a machine's events to those of others. */
export interface Wire {
  /** Undefined where this machine may tell nothing of the session: another one does, or is about to. */
  epochOf: (session: SessionKey) => number | undefined
  send: (news: SessionNews) => void
  /** Has the machine that works on the session, if there is another one, tell a snapshot. @returns whether one came */
  fetch: (session: SessionKey) => Promise<boolean>
}

/** Of a machine that is the only one. */
export const NO_WIRE: Wire = { epochOf: () => 0, send: () => {}, fetch: async () => false }
