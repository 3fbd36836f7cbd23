/** One line of the session list: a session the server knows, a draft only this browser knows, or both. */
export interface SessionEntry {
  id: string
  title: string
  /** Something unsent lies in it. */
  hasDraft: boolean
  /** Exists only in this browser until its first message is accepted. */
  local: boolean
  /** The agent is answering in it now. */
  running: boolean
  /** The agent asked something in it, and waits for the person. */
  asking: boolean
  /** Its turn has not begun: the server makes as many answers as it can. */
  waiting?: boolean
  /** The server cannot save now what happens in it, and tries again by itself. */
  unsaved?: boolean
  pinned?: boolean
  archived?: boolean
  /** An answer has ended that the person has not seen. */
  unread?: boolean
  /** Milliseconds since the epoch, by the server's clock; the list's order, newest first. */
  updatedAt: number
}

export const isSameEntry = (entry: SessionEntry, before: SessionEntry) =>
  (Object.keys(entry) as (keyof SessionEntry)[]).every(name => entry[name] === before[name])
