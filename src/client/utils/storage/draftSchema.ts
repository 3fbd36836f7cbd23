import type { DBSchema, IDBPTransaction, StoreNames } from 'idb'
import type { UnsavedKind } from '../../../shared/attachmentView.ts'
import type { Operation } from '../../../shared/files/edits.ts'
import type { AgentChoice } from '../../../shared/protocol/agent.ts'
import type { PartAnswer } from '../../../shared/protocol/parts.ts'
import type { ReadFrom } from '../../../shared/files/origins.ts'
import type { TextReading } from '../../../shared/text/readText.ts'
import type { DraftMedia } from '../files/fileUtils.ts'
import type { LockRecord } from '../locking/lockState.ts'
import type { Thumbnail } from '../images/thumbnail.ts'
import type { IntakeFile } from './intakeRecords.ts'

/* What lies in the browser's database. */

export interface DraftMessage {
  message?: string
  title?: string
  /** The draft's medias, in the order in which they were attached. */
  mediaIds?: string[]
  /** Who is to answer it; without one, who answers the session. */
  choice?: AgentChoice
  /** The message that it shall stand for, by the server's id, and whether the agent's folder is put back as it was before that. */
  replaces?: string
  restoresFiles?: boolean
  /** That message waited for its turn when it was opened to be edited. */
  waited?: boolean
  /** What was being written when a message was opened to be edited; it is the draft again when that is over. */
  aside?: Pick<DraftMessage, 'message' | 'mediaIds'>
  /** An edit that was cancelled, and can be taken up again for a while; its files lie among the draft's. `id`: this one, and no other of the same message. `endedAt`: milliseconds since the epoch. */
  ended?: Pick<DraftMessage, 'message' | 'mediaIds' | 'restoresFiles' | 'waited'> & { id: string, replaces: string, endedAt: number }
  /** Files that were not taken, the oldest first, until a person has dismissed what they were told of each. */
  refused?: readonly KeptRefusal[]
}

/** A file that was not taken. */
export interface KeptRefusal {
  name: string
  /** A whole sentence: which file, and why. */
  text: string
  fitsFolder?: true // the agent's takes it, if the person says so
}

/** What keeps two tabs from overwriting each other's text, and how old a draft is. */
export interface DraftRevision {
  /** Names the draft's text as it is now: a tab that knows another one does not overwrite it. None before the first text. */
  revision?: string
  /** When its text or files were last changed, in milliseconds since the epoch; earlier versions did not note it. */
  changedAt?: number
  /** Conflicting texts, written on an older revision, by the tab that wrote them, until a person has decided. */
  conflicting?: Record<string, string>
  /** Ids of the messages that the draft became last, and of what was taken over from the journal, as long as that may name them. */
  taken?: string[]
  /** The same, of the last message only, as an earlier version noted it. */
  sent?: string
}

/** A message that was sent, and is not accepted yet. */
export interface OutboxMessage extends Pick<DraftMessage, 'replaces' | 'restoresFiles' | 'waited'> {
  /** The id under which the server will know it, however often it is sent. */
  id: string
  sessionId: string
  projectId: string
  text: string
  /** Its medias, which stay where the draft had them. */
  mediaIds: string[]
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Larger than that of every message before it. */
  position: number
  /** Why it is not sent again by itself, as a sentence; it waits for the person. */
  problem?: string
  /** Who is to answer it, where that was chosen. */
  choice?: AgentChoice
}

/** Who does something that only one tab may do, where the browser has no Web Locks. */
interface Lease {
  tab: string
  /** Milliseconds since the epoch: a tab that died does not hold it longer. */
  until: number
  /** It is no lease, but what is to be deleted. */
  deletion?: Deletion
}

/** What a person wanted deleted, on the server. */
export interface Deletion {
  /** The message's, or the session's. */
  id: string
  sessionId: string
  /** Of one message with its answers, not the whole session. */
  messageId?: string
  /** Its session as it was seen: that one's `updatedAt`. */
  seen?: string
}

export interface DraftSession {
  projectId: string
  title?: string
  /** Milliseconds since the epoch. */
  createdAt?: number
}

/** What is needed to show a media without reading its bytes: all of it but the base64, and a small picture. */
export interface DraftThumbnail extends Omit<DraftMedia, 'base64' | 'readFrom' | 'reading' | 'given'> {
  thumbnail?: Thumbnail
  readFrom?: ReadFrom
  reading?: TextReading
  /** What was done to it in the editor, and is not in it yet. Whoever only shows it has not the steps. */
  unsaved?: UnsavedEdit
}

/** All steps since the file was given, and those that were taken back. */
export interface UnsavedEdit {
  done: readonly Operation[]
  undone: readonly Operation[]
  /** What a person is told of it; nothing where what was done is what is in the picture. */
  told?: UnsavedKind
}

/** What a person has chosen and written of one question so far. */
export interface Choice {
  /** Labels of the options. */
  labels: string[]
  /** In their own words. */
  other: string
  /** Their own words count, and not the options; with several choices both do. */
  own: boolean
}

/** A half-written answer to what an agent asks, or one that the server does not have yet. */
export interface KeptAnswer {
  /** `answerId` of the three below. */
  id: string
  sessionId: string
  /** The agent's message. */
  messageId: string
  partId: string
  /** By the question's text. */
  choices: Record<string, Choice>
  /** Decided: it goes to the server as soon as there is a way. */
  given?: PartAnswer
  /** Milliseconds since the epoch. */
  changedAt: number
}

/** Every record that was sealed with the lock is in it, and nothing else. */
type Sealed = Record<'sealed', number>

export interface Drafts extends DBSchema {
  draftMessages: { key: string, value: DraftMessage, indexes: Sealed }
  draftSessions: { key: string, value: DraftSession, indexes: Sealed }
  draftMedias: { key: string, value: DraftMedia, indexes: Sealed & { sessionId: string } }
  draftThumbnails: { key: string, value: DraftThumbnail, indexes: Sealed & { sessionId: string } }
  draftRevisions: { key: string, value: DraftRevision, indexes: Sealed }
  outbox: { key: string, value: OutboxMessage, indexes: Sealed & { position: number } }
  leases: { key: string, value: Lease }
  answers: { key: string, value: KeptAnswer, indexes: Sealed & { sessionId: string } }
  intake: { key: string, value: IntakeFile, indexes: Sealed & { sessionId: string } }
  lock: { key: string, value: LockRecord }
}

/** All stores but those that hold nothing that a person wrote. */
export type SealedStore = Exclude<StoreNames<Drafts>, 'leases' | 'lock'>

export type DraftTransaction = IDBPTransaction<Drafts, StoreNames<Drafts>[], 'readwrite'>
