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
  /** Milliseconds since the epoch; the list's order, newest first. */
  updatedAt: number
}
