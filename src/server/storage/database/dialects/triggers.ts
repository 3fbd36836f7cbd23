import { sql, type Kysely } from 'kysely'
import { isPostgres } from './isPostgres.ts'

/** What the database does by itself after a row has changed. The SQL is what both databases speak. */
export interface Trigger {
  /** Like `insert on messages` or `update of title on sessions`. */
  after: string
  /** Of the rows `new` and `old`; without one always. */
  when?: string
  /** Statements, each with its semicolon. */
  run: string
}

export async function createTrigger(db: Kysely<unknown>, name: string, { after, when = '1 = 1', run }: Trigger): Promise<void> {
  if (!isPostgres(db)) {
    await sql.raw(`create trigger if not exists ${name} after ${after} when ${when} begin ${run} end`).execute(db)
    return
  }
  await sql.raw(`create or replace function ${name}() returns trigger language plpgsql as $$ begin if ${when} then ${run} end if; return null; end $$`).execute(db)
  await sql.raw(`create or replace trigger ${name} after ${after} for each row execute function ${name}()`).execute(db)
}
