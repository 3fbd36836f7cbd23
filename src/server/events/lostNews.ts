import type { SessionKey } from '../identity/sessionKey.ts'
import type { Heard } from './heard.ts'
import type { Listeners } from './listeners.ts'
import type { SessionEnds } from './sessionEnds.ts'

interface LostNewsDeps {
  heard: Heard
  ends: SessionEnds
  listeners: Listeners
  /** The session's events are told by this machine. */
  isHere: (session: SessionKey) => boolean
  /** What is known of the session is not true any more: who follows it reads it anew. */
  giveUp: (session: SessionKey) => void
}

/**
 * What other machines told and was never heard here: the database lost it in a crash, its machine ended before it was
 * sent, or this one was away for longer than it is kept. Nothing else may be told of a session for days, so what is
 * known is compared with the session's end in the database.
 */
export function createLostNews({ heard, ends, listeners, isHere, giveUp }: LostNewsDeps) {
  const giveUpElsewhere = (sessions: readonly SessionKey[]) => sessions.filter(session => !isHere(session)).forEach(giveUp)

  return {
    /** Before somebody reads the session: all machines must tell the same end of it. */
    async compare(session: SessionKey) {
      if (heard.lastOf(session) === undefined)
        return
      const end = await ends.readEnd(session)
      const last = heard.lastOf(session)
      if (!end || last === undefined || last >= end.last)
        return
      if (end.isLost)
        heard.end(session, end)
      else
        giveUp(session)
    },

    /** Of those who listen, and may never read again. */
    async compareAll() {
      giveUpElsewhere(await ends.findBehind(listeners.positions().filter(({ session }) => !isHere(session))))
    },

    /** It is not known of which sessions something is missing: whoever missed it may have told of each. */
    miss() {
      giveUpElsewhere([...heard.sessions(), ...listeners.positions().map(({ session }) => session)])
    },
  }
}
