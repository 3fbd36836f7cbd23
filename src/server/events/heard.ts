import { keepRecent } from '../../shared/collections/recentlyUsed.ts'
import { withPartEvent } from '../../shared/parts/partEvents.ts'
import type { SessionEvent, SessionUpdated } from '../../shared/protocol/frames.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { KeptEvents } from './keptEvents.ts'
import type { Live } from './live.ts'
import type { SessionNews } from './wire.ts'

type Of<Type extends SessionNews['type']> = Extract<SessionNews, { type: Type }>

/** Sessions of which is known how far they have come: what is not known any more is asked for when somebody reads it. */
const KNOWN_SESSIONS = 10_000
/** Sessions whose epochs are known, a hundred bytes each: what is late was told moments before, not as long ago as so many others. */
const KNOWN_EPOCHS = 50_000

interface HeardSession { session: SessionKey, epoch: number, last: number }

export type Heard = ReturnType<typeof createHeard>

/** What is known here of sessions that other machines work on: how far each has come, and what is being made in it. */
export function createHeard({ live, kept }: { live: Live, kept: KeptEvents }, most = { sessions: KNOWN_SESSIONS, epochs: KNOWN_EPOCHS }) {
  /** The least lately heard first. */
  const sessions = new Map<string, HeardSession>()

  /** The newest epoch that is known of a session, also where nothing else of it is: what comes from an earlier one is late, however late. */
  const epochs = new Map<string, number>()

  const isLate = (session: SessionKey, epoch: number) => epoch < (epochs.get(keyText(session)) ?? 0)

  const knowEpoch = (session: SessionKey, epoch: number) => keepRecent(epochs, keyText(session), epoch, most.epochs)

  function hear(heard: HeardSession) {
    sessions.delete(keyText(heard.session))
    sessions.set(keyText(heard.session), heard)
    knowEpoch(heard.session, heard.epoch)
    const [oldest] = sessions.values()
    if (oldest && sessions.size > most.sessions)
      forget(oldest.session)
  }

  function forget(session: SessionKey) {
    sessions.delete(keyText(session))
    kept.forget(session)
    live.forget(session)
  }

  return {
    /** What is known of it is not true any more. */
    forget,

    lastOf: (session: SessionKey): number | undefined => sessions.get(keyText(session))?.last,

    /** Its machine has ended without a word: what was heard is all that comes of that epoch, and the next event follows on `last`, on every machine. */
    end(session: SessionKey, { epoch, last }: { epoch: number, last: number }) {
      const known = sessions.get(keyText(session))
      if (known && known.epoch <= epoch && known.last < last)
        hear({ ...known, epoch: epoch + 1, last })
    },

    /** @returns whether it is news: it is not where it comes from a machine that has the session no more */
    take({ session, epoch, id, previous, json }: Of<'event'>): boolean {
      const known = sessions.get(keyText(session))
      if (isLate(session, epoch) || known?.epoch === epoch && id <= known.last)
        return false
      if (known && previous !== known.last)
        forget(session) // some of it was never heard
      hear({ session, epoch, last: id })
      follow(live, session, JSON.parse(json) as SessionEvent)
      return true
    },

    /** The events before it are not known: who asks for them reads anew. */
    takeSnapshot({ session, epoch, last, messages }: Of<'snapshot'>) {
      const known = sessions.get(keyText(session))
      if (isLate(session, epoch))
        return
      if (known?.last !== last)
        forget(session)
      hear({ session, epoch, last })
      messages.forEach(live.setMessage)
    },

    takeFrame(session: SessionKey, { session: state }: Pick<SessionUpdated, 'session'>) {
      live.setElsewhere(session, { running: state.running, asking: state.asking, waiting: state.waiting === true, unsaved: state.unsaved === true })
    },

    /** This machine works on it from now on; the events that were heard are still its events. */
    begin(session: SessionKey, epoch = 0) {
      if (!isLate(session, epoch))
        knowEpoch(session, epoch)
      sessions.delete(keyText(session))
      live.forget(session)
    },

    /** Of which something was heard. */
    sessions: (): SessionKey[] => Array.from(sessions.values(), ({ session }) => session),
  }
}

/** What is being made, as the machine that makes it has it. Without a beginning it is not known. */
function follow(live: Live, session: SessionKey, event: SessionEvent) {
  switch (event.type) {
    case 'turn_started':
      return live.setMessage(event.message)
    case 'part_added':
    case 'part_updated':
    case 'part_removed':
    case 'text_delta': {
      const message = live.messageOf(event.message_id)
      return message && live.setMessage(withPartEvent(message, event))
    }
    case 'message_completed':
      return live.endMessage(event.message.id)
    case 'session_deleted':
      return live.forget(session)
  }
}
