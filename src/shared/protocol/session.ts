import { z } from 'zod'
import { UsageSum } from './agent.ts'
import { Id } from './id.ts'

/** What one person made of a session, on whichever device; the others of the tenant see theirs. */
export const SessionMarks = z.object({
  pinned: z.boolean(),
  archived: z.boolean(),
  /** An answer has ended that the person has not seen. */
  unread: z.boolean(),
})
export type SessionMarks = z.infer<typeof SessionMarks>

export const Session = z.object({
  id: Id,
  projectId: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  /** When its newest message was stored. */
  updatedAt: z.iso.datetime(),
  /** A turn is running now. */
  running: z.boolean(),
  /** The running turn asked a person something, and nobody has answered yet. */
  asking: z.boolean(),
  /** Its turn waits for turns of other sessions to end, because too many run, or for a person who edits the message that is the next. */
  waiting: z.boolean().optional(),
  /** The server cannot save now what happens in it, because there is no room or its storage is away; it keeps that, and tries again by itself. */
  unsaved: z.boolean().optional(),
  /** Who answers what says nothing else: as it was chosen last; null for the agent's default. */
  model: z.string().nullable(),
  effort: z.string().nullable(),
  /** What its answers took; null where none told. */
  usage: UsageSum.nullable(),
  /** Images and PDF pages that its conversation holds. */
  mediaCount: z.int(),
  /** Of all its messages. */
  attachmentCount: z.int(),
  /** Its newest message; null while there is none. */
  lastMessage: z.object({
    id: Id,
    role: z.enum(['user', 'assistant']),
    status: z.enum(['accepted', 'running', 'complete', 'failed', 'cancelled']),
    /** Its beginning, on one line. */
    text: z.string(),
    createdAt: z.iso.datetime(),
  }).nullable(),
  // Only where somebody asks for the session, and has written in it or marked it.
  ...SessionMarks.partial().shape,
})
export type Session = z.infer<typeof Session>
