import { sql, type Generated, type Kysely } from 'kysely'

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
  /** Who answers, as chosen last; null: the agent's default. */
  model: string | null
  effort: string | null
  /** JSON: what its answers took, all together. */
  usage: string | null
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
  /** The agent's message of the turn that it was added to while that ran. */
  steered_into: string | null
  /** 1: the agent's folder is still to be put back as it was before this message. */
  restores_files: Generated<number>
  /** Of a person's: who is to answer. */
  model: string | null
  effort: string | null
  /** JSON, of an answer: what it took. */
  usage: string | null
  /** JSON, of a person's that waits: who edits it, and until when the agent does not begin with it. */
  editing: string | null
}

export interface ConversationTables {
  sessions: SessionsTable
  messages: MessagesTable
}

/** The first step of the ladder in `migrations.ts`. Never edited: what came later has a step of its own. */
export async function conversations(db: Kysely<unknown>) {
  await db.schema.createTable('sessions').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull().defaultTo('default'))
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('project_id', 'text', column => column.notNull())
    .addColumn('title', 'text')
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('updated_at', 'text', column => column.notNull())
    .addColumn('last_sequence', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('agent_session_id', 'text')
    .addPrimaryKeyConstraint('sessions_key', ['tenant_id', 'id'])
    .execute()
  await db.schema.createIndex('sessions_newest').ifNotExists()
    .on('sessions').columns(['tenant_id', 'updated_at', 'id'])
    .execute()
  await db.schema.createIndex('sessions_newest_of_project').ifNotExists()
    .on('sessions').columns(['tenant_id', 'project_id', 'updated_at', 'id'])
    .execute()

  await db.schema.createTable('messages').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('tenant_id', 'text', column => column.notNull().defaultTo('default'))
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('role', 'text', column => column.notNull())
    .addColumn('sequence', 'integer', column => column.notNull())
    .addColumn('status', 'text', column => column.notNull())
    .addColumn('text', 'text', column => column.notNull())
    .addColumn('content', 'text', column => column.notNull())
    .addColumn('client_message_id', 'text')
    .addColumn('body_sha256', 'text')
    .addColumn('reply_to', 'text')
    .addColumn('problem', 'text')
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('attachment_url', 'text')
    .addColumn('attachment_type', 'text')
    .addColumn('attachment_name', 'text')
    .addForeignKeyConstraint('messages_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'],
      constraint => constraint.onDelete('cascade'))
    .execute()
  await db.schema.createIndex('messages_sequence').ifNotExists().unique()
    .on('messages').columns(['tenant_id', 'session_id', 'sequence'])
    .execute()
  await db.schema.createIndex('messages_client_id').ifNotExists().unique()
    .on('messages').columns(['tenant_id', 'session_id', 'client_message_id'])
    .execute()
  // What a restart looks for; without it every start would read every message.
  await db.schema.createIndex('messages_unsettled').ifNotExists()
    .on('messages').column('status')
    .where(sql.ref('status'), 'in', sql`('accepted', 'running')`)
    .execute()

  await db.schema.createTable('attachments').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('tenant_id', 'text', column => column.notNull().defaultTo('default'))
    .addColumn('message_id', 'text', column => column.notNull().references('messages.id').onDelete('cascade'))
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('ordinal', 'integer', column => column.notNull())
    .addColumn('filename', 'text', column => column.notNull())
    .addColumn('mime_type', 'text', column => column.notNull())
    .addColumn('size', 'integer', column => column.notNull())
    .addColumn('sha256', 'text', column => column.notNull())
    .addColumn('width', 'integer')
    .addColumn('height', 'integer')
    .addColumn('pages', 'integer')
    .addColumn('storage_path', 'text', column => column.notNull())
    .addColumn('workspace_path', 'text')
    .addColumn('created_at', 'text', column => column.notNull())
    .execute()
  await db.schema.createIndex('attachments_of_message').ifNotExists().unique()
    .on('attachments').columns(['message_id', 'ordinal'])
    .execute()
  await db.schema.createIndex('attachments_of_session').ifNotExists()
    .on('attachments').columns(['tenant_id', 'session_id'])
    .execute()
  await db.schema.createIndex('attachments_storage').ifNotExists()
    .on('attachments').column('storage_path')
    .execute()
}
