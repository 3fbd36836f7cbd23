import { markRaw } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { Usage } from '../../../shared/protocol/agent.ts'
import type { Author, Message, MessageBranch } from '../../../shared/protocol/message.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import { toSentView } from '../../utils/attachments/draftView.ts'
import { scopeOf, storageScope } from '../../utils/device/storageScope.ts'

/** One message as the history shows it: accepted by the server, or still on its way there. */
export interface HistoryItem {
  id: string
  /** The same from the moment Send is pressed: what the list is keyed by, so that nothing is drawn anew. */
  key: string
  sessionId: string
  /** The order in the session; unknown until the server accepted it. */
  sequence?: number
  role: 'user' | 'assistant'
  /** The id of the message that an agent's message answers. */
  replyTo?: string
  /** The id of the answer that a person's message was added to while that was made. */
  addedTo?: string
  text: string
  /** What an agent's message is made of; empty for a person's, and for those from before there were parts. */
  parts: Part[]
  attachments: readonly AttachmentView[]
  /** `waiting`, `sending` and `unsent` (refused) until the server has accepted it; the others are the server's. */
  status: 'waiting' | 'sending' | 'unsent' | 'accepted' | 'running' | 'complete' | 'failed' | 'cancelled'
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Why it failed, as a sentence. */
  problem?: string
  /** How much of it has arrived, 0 to 1, while it is being sent. */
  progress?: number
  /** Why the server could not take it just now, as a sentence: it is sent again by itself. */
  delay?: string
  /** Not accepted yet, and not saved on this device either. */
  tabOnly?: boolean
  /** Who wrote it, where it is another person of the team. */
  author?: string
  /** The message that it will stand for when the server has accepted it. */
  replaces?: string
  /** It stands for another one, and waits until the agent has answered. */
  held?: boolean
  /** Somebody edits it while it waits, until then (the server's milliseconds since the epoch) unless they go on; `by` where it is another person. */
  editing?: { by?: string, until: number }
  /** Where it stands among its versions; undefined where it is the only one. */
  branch?: MessageBranch
  /** What an agent's message took, where that is known. */
  usage?: Usage
}

const nameOfOther = (person: Author | null) => person && scopeOf(person.id) !== storageScope() ? person.name : undefined

/** A tool that is done stays as it is: one that is whole here need not be asked for again, nor close before one's eyes. */
function withUnfolded(parts: Part[], known: readonly Part[]): Part[] {
  const whole = new Map(known.flatMap(part => part.type === 'tool' && part.status === 'done' && !part.folded ? [[part.id, part]] : []))
  return whole.size ? parts.map(part => part.type === 'tool' && part.folded && whole.get(part.id) || part) : parts
}

/**
 * @param drawn how its attachments are drawn already, in the same order: their thumbnails stay, so that nothing flickers
 * @param known its parts, where they were here before
 */
export function toItem(message: Message, drawn: readonly AttachmentView[] = [], known: readonly Part[] = []): HistoryItem {
  return {
    id: message.id,
    key: message.clientMessageId ?? message.id,
    sessionId: message.sessionId,
    sequence: message.sequence,
    role: message.role,
    author: nameOfOther(message.author),
    replyTo: message.replyTo ?? undefined,
    addedTo: message.addedTo,
    text: message.text,
    parts: markRaw(withUnfolded(message.parts, known)),
    attachments: markRaw(message.attachments.map((attachment, i) => {
      const view = toSentView(attachment)
      return drawn[i]?.name === view.name ? { ...view, thumbnail: drawn[i].thumbnail } : view
    })),
    status: message.status,
    createdAt: Date.parse(message.createdAt),
    problem: message.problem?.detail,
    editing: message.editing && { by: nameOfOther(message.editing.by), until: Date.parse(message.editing.until) },
    branch: message.branch.count > 1 ? message.branch : undefined,
    usage: message.usage ? markRaw(message.usage) : undefined,
  }
}
