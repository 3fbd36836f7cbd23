import { sql, type Kysely } from 'kysely'
import { isPostgres } from '../dialects/isPostgres.ts'

/** Which machine works on a session. Its times are the database's own. */
interface SessionLeasesTable {
  tenant_id: string
  session_id: string
  machine: string
  /** Counts up with each machine that takes it. */
  epoch: number
  until: Date
  /** The newest event's id when it was given back; of the epoch that is named beside it. */
  last_event_id: number | null
  closed_epoch: number | null
}

/** What all machines must have alike, and nobody else may see. */
interface ServerSecretsTable {
  name: string
  /** Hex. */
  value: string
}

export interface MachineTables { session_leases: SessionLeasesTable, server_secrets: ServerSecretsTable }

/** Of use where several machines share one database. Leases have no reference: one is taken before a message makes its session. */
export async function machines(db: Kysely<unknown>) {
  await db.schema.createTable('session_leases').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('machine', 'text', column => column.notNull())
    .addColumn('epoch', 'bigint', column => column.notNull())
    .addColumn('until', 'timestamptz', column => column.notNull())
    .addColumn('last_event_id', 'bigint')
    .addColumn('closed_epoch', 'bigint')
    .addPrimaryKeyConstraint('session_leases_key', ['tenant_id', 'session_id'])
    .execute()
  await db.schema.createIndex('session_leases_machine').ifNotExists().on('session_leases').column('machine').execute()
  // What machines tell each other, for a minute: each writes its own, numbered without a gap. A crash of the database may lose it.
  await db.schema.createTable('machine_news').ifNotExists()
    .$call(table => isPostgres(db) ? table.modifyFront(sql`unlogged`) : table)
    .addColumn('machine', 'text', column => column.notNull())
    .addColumn('number', 'bigint', column => column.notNull())
    .addColumn('body', 'text', column => column.notNull())
    .addColumn('told_at', 'timestamptz', column => column.notNull().defaultTo(sql`current_timestamp`))
    .addPrimaryKeyConstraint('machine_news_key', ['machine', 'number'])
    .execute()
}

export async function serverSecrets(db: Kysely<unknown>) {
  await db.schema.createTable('server_secrets').ifNotExists()
    .addColumn('name', 'text', column => column.primaryKey())
    .addColumn('value', 'text', column => column.notNull())
    .execute()
}
