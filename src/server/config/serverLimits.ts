import { LIMITS } from '../../shared/attachments.ts'

/**
 * What one account, one tenant and all of them together may take of the server at a time. What is the same for
 * everybody who sends something is in `shared/attachments.ts`.
 */
export interface ServerLimits {
  /** Sockets and streams of answers that are open; of all, and of one account where there are accounts. */
  sockets: number
  socketsPerAccount: number
  /** Sessions that one socket follows. */
  subscriptionsPerSocket: number
  /** Bytes of frames that have not arrived as a whole, or are being worked on. */
  frameBytes: number
  frameBytesPerAccount: number
  /** Messages over a megabyte that are read and checked at the same time; the others wait in their account's turn. */
  largeMessages: number
  largeMessagesPerAccount: number
  /** Turns that run at the same time; the others wait in their tenant's turn. An agent may be a process of 180 MB. */
  turns: number
  turnsPerTenant: number
  /** Milliseconds that one turn may take, without the time in which it waits for a person. */
  turnMs: number
  /** Milliseconds for which it counts that a person edits a message that waits, if they do not say it again. */
  editingMs: number
  /** Milliseconds for which a session's queue waits at one place for that, however often it is said. */
  longestEditingMs: number
}

export const SERVER_LIMITS: ServerLimits = {
  sockets: 5000,
  socketsPerAccount: 200,
  subscriptionsPerSocket: 1000,
  frameBytes: 6 * LIMITS.frameBytes,
  frameBytesPerAccount: 2 * LIMITS.frameBytes,
  largeMessages: 24,
  largeMessagesPerAccount: 3,
  turns: 200,
  turnsPerTenant: 100,
  turnMs: 60 * 60_000,
  editingMs: 90_000, // a page that is out of sight may say something once in a minute
  longestEditingMs: 10 * 60_000,
}

/** With an agent whose turns are processes. */
export const PROCESS_TURNS = { turns: 16, turnsPerTenant: 6 }
