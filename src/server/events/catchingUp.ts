import { setTimeout as pause } from 'node:timers/promises'
import type { Message } from '../../shared/protocol/message.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Live } from './live.ts'

/** Milliseconds that a reader may wait for what another machine is about to tell. */
const PATIENCE_MS = 2000
/** Milliseconds between two looks whether it has. */
const LOOK_MS = 10

interface CatchingUpDeps {
  live: Live
  /** The session's events are told by this machine. */
  isHere: (session: SessionKey) => boolean
  /** Has the machine that works on the session tell how far it has come. */
  fetch: (session: SessionKey) => Promise<boolean>
  /** What is known of the session is not true any more: nobody tells its end. */
  giveUp: (session: SessionKey) => void
}

/**
 * Rows are read from the database, and what is being made is heard from the machine that makes it; neither waits for the
 * other. Where rows do not fit what was heard, one of these is so:
 * - A message is being made of which nothing was heard. Its machine is asked, once: one that waits there to go on, as
 *   many do when a machine has taken up what another one left, is as its rows say until it does.
 * - It is complete, and the word of that is still on its way. Who was told so by the other machine must not read here
 *   that it is being made: that word is waited for. Where it does not come, its machine has ended.
 * @param asked the messages of which its machine was asked since somebody began to read: to be the same at each try
 * @returns whether the rows must be read anew
 */
export function createCatchingUp({ live, isHere, fetch, giveUp }: CatchingUpDeps) {
  return async (session: SessionKey, messages: readonly Message[], asked: Set<string>): Promise<boolean> => {
    if (isHere(session))
      return false
    const isBehind = () => messages.some(({ id, status }) => status !== 'running' && live.messageOf(id))
    if (!isBehind()) {
      const unknown = messages.filter(({ id, role, status }) => role === 'assistant' && status === 'running' && !live.messageOf(id) && !asked.has(id))
      unknown.forEach(({ id }) => asked.add(id))
      return unknown.length > 0 && fetch(session)
    }
    for (let waited = 0; isBehind() && waited < PATIENCE_MS; waited += LOOK_MS)
      await pause(LOOK_MS)
    if (isBehind())
      giveUp(session)
    return true
  }
}
