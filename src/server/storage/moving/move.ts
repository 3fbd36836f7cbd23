import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import type { StoragePlaces } from '../../config/storagePlaces.ts'
import { readLinkSecret } from '../../accounts/signedLinks.ts'
import { StartError } from '../../errors/startError.ts'
import { openBlobStore } from '../blobs/openBlobStore.ts'
import { LINK_KEY_NAME } from '../backup/backupFacts.ts'
import type { Database } from '../database/database.ts'
import { DATABASE_NAME, openDataFolder } from '../database/dataFolder.ts'
import { requireNoServer } from './noServer.ts'
import { claimStore, moveFiles, type MovedFiles } from './moveFiles.ts'
import { moveRows } from './moveRows.ts'
import { movedTables } from './movedTables.ts'

export interface Moved extends MovedFiles {
  sessions: number
  messages: number
}

interface Move {
  from: StoragePlaces
  to: StoragePlaces
  /** A line for who watches. */
  tell: (line: string) => void
}

/**
 * Moves everything that rows say and refer to into another database and another store. The files come first: what was
 * interrupted is no database that a server could take for whole, and goes on where it was. What it was moved from stays
 * as it is. @throws StartError where a server runs, or the target holds something else
 */
export async function move({ from, to, tell }: Move): Promise<Moved> {
  const source = await open(from, true)
  try {
    const target = await open(to, false)
    try {
      return await moveAll(source.database, target.database, { from, to, tell })
    }
    finally {
      await target.close()
    }
  }
  finally {
    await source.close()
  }
}

/** @param isThere there must be a database already */
async function open({ dataFolder, databaseUrl }: StoragePlaces, isThere: boolean) {
  const folder = databaseUrl === undefined ? dataFolder : await mkdtemp(path.join(tmpdir(), 'satchel-move-')) // nothing is put there
  if (isThere && databaseUrl === undefined)
    await access(path.join(folder, DATABASE_NAME)).catch((cause: unknown) => { throw new StartError(`There is no database in ${folder}. Set DATA_DIR to the folder of the server whose data is to be moved.`, { cause }) })
  const { database, release } = await openDataFolder({ folder, damagedLog: 'stop', databaseUrl }, console)
  const close = async () => {
    await database.destroy()
    await release()
    if (folder !== dataFolder)
      await rm(folder, { recursive: true, force: true })
  }
  await requireNoServer(database).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return { database, close }
}

async function moveAll(source: Database, target: Database, { from, to, tell }: Move): Promise<Moved> {
  const { id } = await source.selectFrom('database_identity').select('id').executeTakeFirstOrThrow()
  await requireEmpty(target)
  const files = await moveBytes(source, id, { from, to, tell })
  const counts = { sessions: 0, messages: 0 }
  const linkSecret = from.databaseUrl === undefined ? (await readLinkSecret(path.join(from.dataFolder, LINK_KEY_NAME))).toString('hex') : undefined
  await moveRows({
    from: source,
    to: target,
    linkSecret,
    tell: (table, { rows, sha256 }) => {
      if (table === 'sessions' || table === 'messages')
        counts[table] = rows
      tell(`${table}: ${rows} rows, SHA-256 ${sha256}`)
    },
  })
  if (to.databaseUrl === undefined)
    await keepLinkSecret(target, to.dataFolder)
  return { ...files, ...counts }
}

/** Where both name the same store, its files stay where they are. */
async function moveBytes(database: Database, identity: string, { from, to, tell }: Move): Promise<MovedFiles> {
  if (JSON.stringify(from.blobStore) === JSON.stringify(to.blobStore))
    return { files: 0, bytes: 0, kept: 0, lost: [] }
  const [source, target] = [await openBlobStore(from.blobStore, { isShared: true }), await openBlobStore(to.blobStore, { isShared: true })]
  await claimStore(target, identity)
  return moveFiles({ database, from: source, to: target, tell: files => tell(`${files} files`) })
}

async function requireEmpty(database: Database) {
  for (const table of movedTables.filter(table => table !== 'server_secrets')) { // which a first start may have made
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(database)
    if (rows.length)
      throw new StartError(`The database that rows would be moved to is not empty: there is something in its table ${table}. Name an empty one. Nothing was changed.`)
  }
}

/** Links that were signed go on working. */
async function keepLinkSecret(database: Database, folder: string) {
  const row = await database.selectFrom('server_secrets').select('value').where('name', '=', 'links').executeTakeFirst()
  if (row)
    await writeFile(path.join(folder, LINK_KEY_NAME), Buffer.from(row.value, 'hex'), { mode: 0o600, flush: true })
}
