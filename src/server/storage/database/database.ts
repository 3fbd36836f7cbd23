import BetterSqlite from 'better-sqlite3'
import { Kysely, Migrator, type Generated, type Selectable, type Transaction } from 'kysely'
import { StartError } from '../../errors/startError.ts'
import { requireSound } from './integrity.ts'
import type { WorkspaceFilesTable } from './workspaceTables.ts'
import type { MemoryTables } from './memoryTables.ts'
import { migrations } from './migrations.ts'
import { OneFileDialect } from './sqliteDialect.ts'

interface SessionsTable {
  tenant_id: Generated<string>
  id: string
  project_id: string
  /** Null until a person or the first message gave it one. */
  title: string | null
  /** ISO 8601 in UTC with milliseconds, like every time here: sorts as text in any database. */
  created_at: string
  updated_at: string
  /** The sequence its newest message took. Incremented inside the insert's transaction, so there are no gaps. */
  last_sequence: Generated<number>
  /** Images and PDF pages that the agent's conversation holds, or will hold when what waits was asked. */
  media_count: Generated<number>
  /** What the agent needs to go on with this conversation. */
  agent_session_id: string | null
  /** 1 from its second version on: `head_id` and the messages' `parent_id` are kept then. */
  branched: Generated<number>
  /** The newest message of a person in the current version of the conversation; null where that has none yet. */
  head_id: string | null
}

interface MessagesTable {
  id: string
  tenant_id: Generated<string>
  /** Who sent it; null for the agent's, and for those from before there were accounts. */
  user_id: string | null
  /** As the others of the tenant see who sent it, when it was sent. */
  author_id: string | null
  author_name: string | null
  session_id: string
  role: 'user' | 'assistant'
  sequence: number
  status: 'accepted' | 'running' | 'complete' | 'failed' | 'cancelled'
  text: string
  /** JSON: the blocks in the order the agent gets them, naming attachments by id. Never their bytes. */
  content: string
  client_message_id: string | null
  /** SHA-256 of what was sent, to tell a repeated message from another one under the same id. */
  body_sha256: string | null
  reply_to: string | null
  /** JSON: why the agent's message failed. */
  problem: string | null
  created_at: string
  attachment_url: string | null
  attachment_type: string | null
  attachment_name: string | null
  /** In a session with versions: the person's message before it; null for the first. */
  parent_id: string | null
  /** 1: it belongs to another version than the current one. */
  off_branch: Generated<number>
  /** Of an answer: what the agent needs to go on from there. */
  agent_token: string | null
}

interface AttachmentsTable {
  id: string
  tenant_id: Generated<string>
  message_id: string
  session_id: string
  /** The person's order within the message, from 0. */
  ordinal: number
  filename: string
  mime_type: string
  size: number
  sha256: string
  width: number | null
  height: number | null
  pages: number | null
  /** How an image is seen, 0 or 1 each; null where it is none, or was stored before this was looked at. */
  animated: number | null
  hides_still: number | null
  sideways: number | null
  /** The key of its bytes in the blob store. */
  storage_path: string
  /** Relative to the session's workspace; null where there is no copy. */
  workspace_path: string | null
  origin: 'person' | 'agent'
  /** Where the agent put it, relative to the workspace, as it may be shown; null for a person's. */
  path: string | null
  created_at: string
}

/** A part of an agent's message; the primary key is both ids. */
interface PartsTable {
  message_id: string
  id: string
  /** Its place in the message, from 0. */
  ordinal: number
  type: string
  /** JSON: the part as it crosses the wire; of a text only how many characters of the message's text are its own. */
  body: string
}

/** A browser that showed a key, and has a cookie since. */
interface SignInsTable {
  /** SHA-256 of the cookie's token. */
  id: string
  /** Of the key: without it in the server's settings the sign-in is over. */
  key_sha256: string
  created_at: string
  expires_at: string
}

/** A file that waits for the message it belongs to. */
interface UploadsTable {
  /** The attachment's, too, from when a message claims it. */
  id: string
  tenant_id: string
  user_id: string
  filename: string
  mime_type: string
  size: number
  sha256: string
  storage_path: string
  created_at: string
  /** Unclaimed until then, it is removed. */
  expires_at: string
  /** Null until a message claims it. */
  attachment_id: string | null
}

/** A session that was deleted, of which nothing else is left. */
interface DeletedSessionsTable {
  tenant_id: string
  id: string
  deleted_at: string
}

/** One row: who this database is. */
interface DatabaseIdentityTable {
  id: string
}

/** A deletion that is promised, and not complete. */
interface DeletionsTable {
  tenant_id: string
  id: string
  /** Of the session: its agent's memory goes, too. */
  agent_session_id: string | null
}

/** The ids of a session's events. */
interface EventSequencesTable {
  tenant_id: string
  session_id: string
  /** Higher than any id that was given. */
  reserved_event_id: number
}

interface Tables extends MemoryTables {
  database_identity: DatabaseIdentityTable
  deletions: DeletionsTable
  deleted_sessions: DeletedSessionsTable
  event_sequences: EventSequencesTable
  uploads: UploadsTable
  sign_ins: SignInsTable
  sessions: SessionsTable
  messages: MessagesTable
  attachments: AttachmentsTable
  parts: PartsTable
  workspace_files: WorkspaceFilesTable
}

export type Database = Kysely<Tables>
export type DatabaseTransaction = Transaction<Tables>
export type SessionRow = Selectable<SessionsTable>
export type MessageRow = Selectable<MessagesTable>
export type UploadRow = Selectable<UploadsTable>
export type WorkspaceFileRow = Selectable<WorkspaceFilesTable>
export type PartRow = Selectable<PartsTable>
export type AttachmentRow = Selectable<AttachmentsTable>

/** Opens the file, or makes it, and brings it to the newest version. */
export async function openDatabase(file: string): Promise<Database> {
  const sqlite = new BetterSqlite(file)
  sqlite.pragma('journal_mode = WAL')
  // A reopened WAL database would run at NORMAL, where a power cut loses what was already accepted.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('busy_timeout = 0') // waiting there would stop everything else: the driver waits

  requireSound(sqlite)
  const database = new Kysely<Tables>({ dialect: new OneFileDialect(sqlite) })
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) {
    await database.destroy()
    throw new StartError('The database in the data folder cannot be opened by this version of Satchel. It may come from a newer one.', { cause: error })
  }
  return database
}
