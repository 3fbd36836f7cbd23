import BetterSqlite from 'better-sqlite3'
import type { FastifyBaseLogger } from 'fastify'
import { Kysely, Migrator, type Selectable, type Transaction } from 'kysely'
import { isUnavailable } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'
import type { AccountTables } from './tables/accountTables.ts'
import type { AttachmentTables } from './tables/attachmentTables.ts'
import type { BoundTables } from './tables/boundTables.ts'
import type { ConversationTables } from './tables/conversationTables.ts'
import type { FollowedTables } from './tables/followedTables.ts'
import { requireSound } from '../soundness/integrity.ts'
import type { MachineTables } from './tables/machineTables.ts'
import type { MarkTables } from './tables/markTables.ts'
import type { MemoryTables } from './tables/memoryTables.ts'
import { migrations } from './migrations.ts'
import type { PartTables } from './tables/partTables.ts'
import type { SearchTables } from './tables/searchTables.ts'
import type { SharedLinkTables } from './tables/sharedLinkTables.ts'
import { isPostgres } from './dialects/isPostgres.ts'
import { postgresDialect } from './postgres/openPostgres.ts'
import type { Reach } from './postgres/reach.ts'
import { mayNot } from './postgres/whyNoDatabase.ts'
import { SerializableKysely } from './postgres/serializable.ts'
import { OneFileDialect } from './sqliteDialect.ts'
import type { UploadTables } from './tables/uploadTables.ts'
import type { WorkspaceTables } from './tables/workspaceTables.ts'

type Tables = AccountTables & AttachmentTables & BoundTables & ConversationTables & FollowedTables & MachineTables & MarkTables & MemoryTables & PartTables & SearchTables & SharedLinkTables & UploadTables & WorkspaceTables

export type Database = Kysely<Tables>
export type DatabaseTransaction = Transaction<Tables>
export type SessionRow = Selectable<Tables['sessions']>
export type MessageRow = Selectable<Tables['messages']>
export type UploadRow = Selectable<Tables['uploads']>
export type WorkspaceFileRow = Selectable<Tables['workspace_files']>
export type PartRow = Selectable<Tables['parts']>
export type AttachmentRow = Selectable<Tables['attachments']>

/** Opens the file, or makes it, and brings it to the newest version. */
export async function openDatabase(file: string, log: Pick<FastifyBaseLogger, 'warn'> = console): Promise<Database> {
  requireSound(file, log)
  const sqlite = new BetterSqlite(file)
  sqlite.pragma('journal_mode = WAL')
  // A reopened WAL database would run at NORMAL, where a power cut loses what was already accepted.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('secure_delete = ON') // what is deleted is written over: it would stay in the file, and in every backup, until its place is used again
  sqlite.pragma('busy_timeout = 0') // waiting there would stop everything else: the driver waits

  return migrate(new Kysely<Tables>({ dialect: new OneFileDialect(sqlite) }))
}

/** Opens the database on another machine, and brings it to the newest version. @param url `postgres://...`, never to be logged @param reach where it is watched whether the database answers */
export async function openPostgres(url: string, log: Pick<FastifyBaseLogger, 'warn'> = console, reach?: Reach): Promise<Database> {
  return migrate(new SerializableKysely<Tables>({ dialect: await postgresDialect(url, log, reach) }))
}

async function migrate(database: Database): Promise<Database> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) {
    await database.destroy()
    if (isPostgres(database) && isUnavailable(error))
      throw new StartError('The database at DATABASE_URL cannot be reached. Satchel starts when it can.', { cause: error })
    if (mayNot(error))
      throw new StartError(`The user in DATABASE_URL may not make Satchel's tables in that database (${(error as Error).message}). Make that user the owner of the database: alter database ... owner to ...; and where it may not make the extension pg_trgm either, let an administrator run “create extension pg_trgm” there once.`, { cause: error })
    throw new StartError('The database cannot be opened by this version of Satchel. It may come from a newer one.', { cause: error })
  }
  return database
}
