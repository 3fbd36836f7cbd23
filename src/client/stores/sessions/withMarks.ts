import type { Session } from '../../../shared/protocol/session.ts'

/** The session as it is now, with the marks that it had: an answer that ends meanwhile is one that the person has not seen. */
export function withMarksOf(before: Session | undefined, now: Session): Session {
  if (now.pinned !== undefined || !before || before.unread === undefined)
    return now
  const ended = before.running && !now.running && now.lastMessage?.role === 'assistant'
  return { ...now, pinned: before.pinned, archived: before.archived, unread: before.unread || ended }
}
