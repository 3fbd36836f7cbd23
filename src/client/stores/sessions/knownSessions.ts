import { shallowReactive, shallowRef } from 'vue'
import type { Session, SessionMarks } from '../../../shared/protocol/session.ts'
import { getSessions, markSession } from '../../utils/network/api.ts'
import { withMarksOf } from './withMarks.ts'

/** Sessions that are not there, as far as this tab knows. */
interface GoneSessions {
  isDeleted: (id: string) => boolean
  found: (id: string) => void
}

/** The sessions that the server told of, with the person's marks. */
export function createKnownSessions(gone: GoneSessions) {
  const known = shallowReactive(new Map<string, Session>())
  const loaded = shallowRef(false)
  /** By the reading of the list that is under way: what was told of meanwhile is newer than what is read. */
  const told = new Set<Set<string>>()

  /** All pages: the list is small beside what it lists. @returns the ids of those that were known, and are not there any more */
  async function load(): Promise<string[]> {
    const meanwhile = new Set<string>()
    told.add(meanwhile)
    try {
      const found = new Map((await readAll()).map(session => [session.id, session]))
      meanwhile.forEach(id => found.delete(id))
      const missing = [...known.keys()].filter(id => !found.has(id) && !meanwhile.has(id))
      missing.forEach(id => known.delete(id))
      found.forEach(put)
      loaded.value = true
      return missing
    }
    finally {
      told.delete(meanwhile)
    }
  }

  async function readAll(): Promise<Session[]> {
    const found: Session[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await getSessions(cursor)
      found.push(...page.sessions)
      cursor = page.nextCursor
    }
    return found
  }

  function update(session: Session): void {
    told.forEach(meanwhile => meanwhile.add(session.id))
    put(withMarksOf(known.get(session.id), session))
  }

  function marked(id: string, { pinned, archived, unread }: SessionMarks): void {
    const session = known.get(id)
    if (session)
      known.set(id, { ...session, pinned, archived, unread })
  }

  async function mark(id: string, marks: Partial<SessionMarks>): Promise<void> {
    update(await markSession(id, marks))
  }

  function put(session: Session) {
    if (gone.isDeleted(session.id)) // an answer that was under way when it was deleted
      return
    gone.found(session.id)
    known.set(session.id, session)
  }

  function remove(id: string): void {
    told.forEach(meanwhile => meanwhile.add(id))
    known.delete(id)
  }

  return { known, loaded, load, put, update, remove, marked, mark }
}
