import BetterSqlite from 'better-sqlite3'
import { BLOB_TABLES } from '../rows/blobReferences.ts'

/** Bytes that some row of a database names. */
export interface Reference {
  key: string
  sha256: string
}

/** Everything that the rows of a database file refer to, each key once, in their order. */
export function* referencesOf(file: string): Generator<Reference> {
  const database = new BetterSqlite(file, { readonly: true, fileMustExist: true })
  try {
    const known = database.prepare('select name from sqlite_schema where type = \'table\'').pluck().all()
    const selects = BLOB_TABLES.filter(table => known.includes(table)).map(table => `select storage_path, sha256 from ${table}`)
    const rows = database.prepare(`select storage_path as key, max(sha256) as sha256 from (${selects.join(' union ')}) group by storage_path order by storage_path`)
    yield* rows.iterate() as IterableIterator<Reference>
  }
  finally {
    database.close()
  }
}

/** Who a database is; undefined for one from before it had a name. */
export function identityOf(file: string): string | undefined {
  const database = new BetterSqlite(file, { readonly: true, fileMustExist: true })
  try {
    return database.prepare('select id from database_identity').pluck().get() as string | undefined
  }
  finally {
    database.close()
  }
}
