import { LIMITS } from '../../../shared/attachments.ts'
import { base64ToBytes } from '../../../shared/base64.ts'
import { DEFAULT_PROJECT } from '../../../shared/defaults.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import { isEncoding, type Encoding } from '../../../shared/text/encodings.ts'
import { isId, isRecord, isText, toCaption, toChoice } from './entryFields.ts'

/* What stands in a file of drafts, and how it is told from what anybody may have written there. */

interface Unsent {
  sessionId: string
  projectId: string
  title?: string
  text: string
  /** Who is to answer it, where a person chose. */
  choice?: AgentChoice
  /** How many entries after this one are its files, in their order. */
  files: number
}

export interface DraftEntry extends Unsent {
  kind: 'draft'
}

/** A message that was sent, and was not accepted yet. */
export interface MessageEntry extends Unsent {
  kind: 'message'
  /** The id under which the server will know it, wherever it is sent from. */
  id: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

export interface FileEntry {
  kind: 'file'
  name: string
  /** For the agent's workspace only, as it is: what it was said to be. */
  intoFolder?: string
  /** Of a text that is not just UTF-8: how it was read. */
  encoding?: Encoding
  /** What is said of it. */
  caption?: string
  bytes: Uint8Array<ArrayBuffer>
}

export type Entry = DraftEntry | MessageEntry | FileEntry

/** @returns undefined for what is no entry, or not a whole one */
export function toEntry(value: unknown): Entry | undefined {
  if (!isRecord(value))
    return undefined
  switch (value.kind) {
    case 'file': return toFile(value)
    case 'draft': return toDraft(value)
    case 'message': return toMessage(value)
    default: return undefined
  }
}

function toDraft(value: Record<string, unknown>): Entry | undefined {
  const unsent = toUnsent(value)
  return unsent && { kind: 'draft', ...unsent }
}

function toMessage({ id, createdAt, ...value }: Record<string, unknown>): Entry | undefined {
  const unsent = toUnsent(value)
  if (!unsent || !isId(id) || typeof createdAt !== 'number' || createdAt < 0)
    return undefined
  return { kind: 'message', id, createdAt: Math.min(createdAt, Date.now()), ...unsent } // nothing is newer than now
}

function toUnsent({ sessionId, projectId, title, text, choice, files }: Record<string, unknown>): Unsent | undefined {
  if (!isId(sessionId) || typeof text !== 'string' || typeof files !== 'number')
    return undefined
  if (!Number.isInteger(files) || files < 0 || files > LIMITS.attachmentsPerMessage)
    return undefined
  return {
    sessionId, text, files, ...toChoice(choice),
    projectId: isText(projectId, LIMITS.projectIdChars) ? projectId : DEFAULT_PROJECT,
    title: typeof title === 'string' && title.trim() ? Array.from(title).slice(0, LIMITS.sessionTitleChars).join('') : undefined,
  }
}

function toFile({ name, base64, intoFolder, encoding, caption }: Record<string, unknown>): FileEntry | undefined {
  if (!isText(name, LIMITS.filenameChars) || typeof base64 !== 'string')
    return undefined
  try {
    return {
      kind: 'file', name, bytes: base64ToBytes(base64),
      ...toCaption(caption),
      ...typeof intoFolder === 'string' && { intoFolder },
      ...typeof encoding === 'string' && isEncoding(encoding) && { encoding },
    }
  }
  catch {
    return undefined // not base64
  }
}
