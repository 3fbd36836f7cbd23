import type { AgentChoice } from '../../shared/protocol/agent.ts'
import type { GivenMessage } from '../inspection/admission.ts'

/** What somebody wants to be stored, and answered. */
export interface SentMessage extends GivenMessage {
  /** The idempotency key; the server makes one where there is none. */
  clientMessageId?: string
  /** The server makes one where there is none. */
  sessionId?: string
  /** It must be there; otherwise the message makes it. */
  intoExistingSession?: boolean
  projectId?: string
  /** The title of the session, if this message makes it. */
  sessionTitle?: string
  /** Uploads that belong to it, after its other attachments. */
  uploadIds?: readonly string[]
  /** Attachments of the tenant that are attached once more, before its others. */
  attachmentIds?: readonly string[]
  /** Where each of these stands among all of them, from 0, if not before the others. */
  attachmentPlaces?: readonly number[]
  /** The person's message of the session that it stands for. */
  replaces?: string
  /** The agent's folder is as it was there, before it is asked. */
  restoresFiles?: boolean
  /** Who is to answer it; as the session's last, where nothing is said. */
  choice?: AgentChoice
}
