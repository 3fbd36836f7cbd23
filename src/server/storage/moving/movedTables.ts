/**
 * Every table whose rows a move carries, with its key: whatever another one refers to stands before it. What is left
 * out is built anew (the search), or is over when no server runs (leases, and what servers told each other).
 */
export const MOVED_TABLES = {
  sessions: ['tenant_id', 'id'],
  messages: ['id'],
  parts: ['message_id', 'id'],
  attachments: ['id'],
  uploads: ['id'],
  sign_ins: ['id'],
  event_sequences: ['tenant_id', 'session_id'],
  deleted_sessions: ['tenant_id', 'id'],
  deletions: ['tenant_id', 'id'],
  removed_keys: ['tenant_id', 'session_id', 'client_message_id'],
  allowed_rules: ['tenant_id', 'session_id', 'rule'],
  session_marks: ['tenant_id', 'user_id', 'session_id'],
  shared_links: ['id'],
  transcript_blobs: ['tenant_id', 'session_id', 'sha256'],
  transcript_entries: ['position'],
  turn_tokens: ['message_id'],
  workspace_files: ['tenant_id', 'session_id', 'path'],
  workspace_removals: ['message_id', 'path'],
  workspace_homes: ['tenant_id', 'session_id'],
  server_secrets: ['name'],
} as const

export type MovedTable = keyof typeof MOVED_TABLES

export const movedTables = Object.keys(MOVED_TABLES) as MovedTable[]
