import { randomUUID } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { unlessMissing } from '../../errors/missing.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import { syncFolder, writeDurably } from '../blobs/durableFile.ts'
import type { Database } from '../database/database.ts'

const FILE = 'data-folder-id'

/** Which data folder this is, wherever it is mounted: a name that it is given at the first call, and keeps. */
export async function readDataFolderId(dataFolder: string): Promise<string> {
  const file = path.join(dataFolder, FILE)
  const known = await unlessMissing(readFile(file, 'utf8'))
  return known ?? await nameFolder(file)
}

async function nameFolder(file: string): Promise<string> {
  const id = randomUUID()
  const temporary = `${file}.part`
  await rm(temporary, { force: true }) // of a server that was killed here
  await writeDurably(temporary, Buffer.from(id))
  await rename(temporary, file)
  await syncFolder(path.dirname(file))
  return id
}

/** Whose data folder has the session's workspace as it was left. Undefined where nobody knows. */
export async function readHome(database: Database, { tenant, id }: SessionKey): Promise<string | undefined> {
  const row = await database.selectFrom('workspace_homes').select('data_folder')
    .where('tenant_id', '=', tenant).where('session_id', '=', id)
    .executeTakeFirst()
  return row?.data_folder
}

/** From now on it is that one. */
export async function noteHome(database: Database, { tenant, id }: SessionKey, dataFolder: string): Promise<void> {
  await database.insertInto('workspace_homes')
    .values({ tenant_id: tenant, session_id: id, data_folder: dataFolder })
    .onConflict(conflict => conflict.columns(['tenant_id', 'session_id']).doUpdateSet({ data_folder: dataFolder }))
    .execute()
}
