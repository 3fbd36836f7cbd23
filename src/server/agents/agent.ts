import type { ImageType, PDF_TYPE, TEXT_TYPE } from '../../shared/attachments.ts'
import type { AgentOffer, Usage } from '../../shared/protocol/agent.ts'
import type { Attachment } from '../../shared/protocol/attachment.ts'
import type { Part, PermissionPart, QuestionPart } from '../../shared/protocol/parts.ts'

/** What a person sent, as any agent can take it. Made by the server from bytes it has checked. */
export type ContentBlock =
  | { type: 'text', text: string }
  | { type: 'image', source: { type: 'base64', media_type: ImageType, data: string } }
  | { type: 'document', title: string, source: DocumentSource }
  /** The agent finds it in its folder; `path` is relative to that. It was put there only, or is too long to be read in one go. */
  | { type: 'file', name: string, mediaType: string, size: number, path: string, onlyInFolder?: boolean }

type DocumentSource =
  | { type: 'base64', media_type: typeof PDF_TYPE, data: string }
  | { type: 'text', media_type: typeof TEXT_TYPE, data: string }

export type AskedPart = QuestionPart | PermissionPart

/** `allow` of a permission is undefined where the answer was given before the server last started. */
export interface Answered<Asked extends AskedPart = AskedPart> { part: Asked, allow?: 'once' | 'session' | false }

/** One line of an agent's own record of a conversation. */
export interface MemoryEntry { type: string, uuid?: string, [name: string]: unknown }

/** The agent's own name of a record. */
export interface MemoryKey { sessionId: string, subpath?: string }

/** What an agent needs to go on with a conversation. It is kept with the session, and removed with it. */
export interface AgentMemory {
  /** Resolves when the entries would survive a power cut. One with a `uuid` that is there already is replaced. */
  append(key: MemoryKey, entries: readonly MemoryEntry[]): Promise<void>
  /** Deep-equal to what was appended, in order; null where nothing was. */
  load(key: MemoryKey): Promise<MemoryEntry[] | null>
  /** Of the records below one. */
  listSubkeys(key: MemoryKey): Promise<string[]>
  delete(key: MemoryKey): Promise<void>
}

/** What a person adds to a turn while it runs. */
export interface AddedMessage { id: string, content: ContentBlock[] }

/** What an agent takes of it, it answers in this turn; what it leaves is asked in a turn of its own. After a restart what was taken comes again. */
export interface AddedMessages {
  /** The next one; undefined where none waits. */
  take(): AddedMessage | undefined
  /** Resolves as soon as one waits, or the signal aborts. */
  some(signal: AbortSignal): Promise<void>
}

export interface MadeFile { filename: string, mimeType: string, bytes: Uint8Array }

export interface Turn {
  tenant: string
  sessionId: string
  /** Of the agent's message that this turn makes. */
  answerId: string
  /** Absolute. Where the agent may read and write. */
  workspaceFolder: string
  content: ContentBlock[]
  /** Who is to answer, and how hard it is to try; the agent's default where nothing is said. */
  model?: string
  effort?: string
  /** What the agent said was needed to go on with this conversation. */
  resume?: string
  /**
   * What this turn had already made when its server ended, in order; none where it begins. What is recorded as
   * done was done: it is not done again, and what is repeated keeps its id.
   */
  recorded: readonly Part[]
  /** What the agent said was needed to go on with this very turn, before its server ended. */
  continues?: string
  /** For agents that `steer`. */
  added: AddedMessages
  memory: AgentMemory
  /** What the person allowed for the rest of the session, in the agent's own words. */
  allowed: { has: (rule: string) => boolean, add: (rule: string) => Promise<void> }
  /** Makes a picture that a tool returned an attachment of the answer. Undefined where it cannot be stored. */
  attach: (file: MadeFile) => Promise<Attachment | undefined>
  /**
   * To be waited for when a tool has written, before it is told that the tool is done: whoever goes on with this turn,
   * also on another machine, finds what is there now. What cannot be stored is left to the end of the turn.
   * @param path relative to the workspace, with `/`; without one all that has changed there
   */
  keep: (path?: string) => Promise<void>
  /**
   * Shows the part to the person and waits for the answer, as long as it takes. A part that was asked before
   * under the same id is not asked again. Rejects when the turn is stopped.
   */
  ask: <Asked extends AskedPart>(part: Asked) => Promise<Answered<Asked>>
}

/** Codes of notices that say what is happening just now: none of them is there any more when its answer has ended. */
export const PASSING_NOTICES: readonly string[] = ['retrying', 'still_waiting']

/** What an agent offers, beside what it says of itself. */
export type OwnOffer = Omit<AgentOffer, 'name' | 'description' | 'steers'>

export interface ReceivedFile { mimeType: string, bytes: Uint8Array }

export type AgentEvent =
  /** More of a text, or of what the agent thinks. `part` is the id of its part, which is made with the first piece. */
  | { type: 'delta', text: string, part?: string, kind?: 'text' | 'thinking' }
  /** Adds the part, or replaces the one with its id. */
  | { type: 'part', part: Part }
  /** The agent begins this part anew, or takes it back. */
  | { type: 'remove', part: string }
  /** What it recorded as sent of a message's files, in their order; where that cannot be told, undefined. `of` is the id of one that was added. */
  | { type: 'received', files: readonly (ReceivedFile | undefined)[], of?: string }
  /** What the answer took; the last one counts. Also told after the turn was stopped. */
  | { type: 'usage', usage: Usage }
  /** Handed to the session's next turn as `resume`, and to this one as `continues`. The last one counts; for the next turn none if this one fails. */
  | { type: 'resumable', token: string }

/** Why a turn's signal aborts where nobody has stopped it: an agent that `resumes` goes on with it, as if it had been killed. */
export const SERVER_STOPS = new Error('the server stops')

export interface Agent {
  name: string
  /** A sentence for whoever started the server: who answers, and what that needs. */
  description: string
  /** A turn that was cut off with its server can be run again with what is `recorded`, and goes on from there. */
  resumes?: boolean
  /** It takes messages into a turn that runs. */
  steers?: boolean
  /** What can be chosen; nothing where it does not say. Rejects where that cannot be known just now. */
  offer?(): Promise<OwnOffer>
  /** Removes what it remembers of a session that is deleted. What is not there is fine; what rejects is tried again. */
  forget?(session: { tenant: string, sessionId: string, workspaceFolder: string, resume?: string }): Promise<void>
  /** The last entry of its memory that a token goes on from; undefined where that is its end. */
  lastEntryOf?(token: string): string | undefined
  /** Resolves when nothing of it runs any more. */
  close?: () => Promise<void>
  /** Ends when the answer is complete. Throws `AgentError` for what a person should read; must stop soon after `signal` aborts. */
  run(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent>
}

/** Why there is no answer, as a sentence for the person. */
export class AgentError extends Error {
  /** A problem's. */
  readonly code: string
  /** The file of the message that the agent does not take. */
  readonly filename?: string

  constructor(message: string, { code = 'agent_failed', filename, ...options }: ErrorOptions & { code?: string, filename?: string } = {}) {
    super(message, options)
    this.code = code
    this.filename = filename
  }
}
