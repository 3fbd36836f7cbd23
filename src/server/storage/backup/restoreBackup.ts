import BetterSqlite from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { chmod, copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { unlessMissing } from '../../errors/missing.ts'
import { StartError } from '../../errors/startError.ts'
import type { BlobStore } from '../blobs/blobStore.ts'
import { syncFolder } from '../blobs/durableFile.ts'
import { DATABASE_NAME } from '../database/dataFolder.ts'
import { BLOBS_NAME, LINK_KEY_NAME, readFacts, type BackupFacts } from './backupFacts.ts'
import { inBatches } from './inBatches.ts'
import { identityOf, referencesOf, type Reference } from './references.ts'
import { readSums, sha256OfFile, summed, SUMS_NAME } from './sums.ts'

const AT_ONCE = 8
const RESTORING = `${DATABASE_NAME}.restoring`
/** What an empty data folder may hold: a disk of its own has this. */
const FOUND_EMPTY = ['lost+found']

export interface Restored extends BackupFacts {
  /** Files that were in the store already. */
  kept: number
}

/**
 * Puts a backup into a data folder and a store. The database comes last: what was interrupted is no data folder yet, and
 * what fails is taken away again.
 * @param dataFolder that is empty, or is made
 * @param openBlobs opens the store, where nothing was refused
 * @throws StartError where something is in the place already, or the backup is not what it was
 */
export async function restoreBackup({ folder, dataFolder, openBlobs }: { folder: string, dataFolder: string, openBlobs: () => Promise<BlobStore> }): Promise<Restored> {
  const facts = await readFacts(folder)
  await requireEmpty(dataFolder)
  const sums = readSums(await present(readFile(path.join(folder, SUMS_NAME), 'utf8'), SUMS_NAME))
  for (const name of [DATABASE_NAME, LINK_KEY_NAME])
    requireSame(await present(sha256OfFile(path.join(folder, name)), name), sums.get(name), name)

  const made: string[] = []
  const blobs = await openBlobs()
  try {
    const kept = await putAll({ folder, dataFolder, blobs, facts, made })
    return { ...facts, kept }
  }
  catch (error) {
    await takeAway(dataFolder, blobs, made).catch(() => {}) // what went wrong first is what is told
    throw error
  }
}

interface Restoring { folder: string, dataFolder: string, blobs: BlobStore, facts: BackupFacts, made: string[] }

/** @param restoring `made` takes the keys that are put into the store. @returns how many files were in it already */
async function putAll({ folder, dataFolder, blobs, facts, made }: Restoring): Promise<number> {
  const database = path.join(folder, DATABASE_NAME)
  const isItsOwn = await mayFill(blobs, identityOf(database))
  let [files, kept] = [0, 0]
  await inBatches(referencesOf(database), AT_ONCE, async (reference) => {
    if (facts.lost.includes(reference.key))
      return
    files++
    if (isItsOwn && await blobs.head(reference.key)) {
      kept++
      return
    }
    made.push(reference.key)
    await put(reference, folder, blobs)
  })
  if (files !== facts.files)
    throw new StartError(`The backup should hold ${facts.files} files, but its database refers to ${files}. It was changed; nothing that can be started was made.`)
  await putDatabase(folder, dataFolder, blobs, isItsOwn)
  return kept
}

/** So that another backup can be restored into the same place. What could be started stays. */
async function takeAway(dataFolder: string, blobs: BlobStore, made: readonly string[]) {
  const names = (await readdir(dataFolder)).filter(name => !FOUND_EMPTY.includes(name))
  if (names.includes(DATABASE_NAME))
    return
  await inBatches(made, AT_ONCE, key => blobs.delete(key))
  for (const name of names)
    await rm(path.join(dataFolder, name), { recursive: true, force: true })
}

/** @throws StartError where it is not there */
async function present<Value>(reading: Promise<Value>, name: string): Promise<Value> {
  const value = await unlessMissing(reading)
  if (value === undefined)
    throw new StartError(`${name} is not in the backup. Take another backup.`)
  return value
}

async function requireEmpty(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const entries = (await readdir(folder)).filter(name => !FOUND_EMPTY.includes(name))
  if (entries.length)
    throw new StartError(`The data folder ${folder} is not empty. A backup is restored into an empty one: move what is there away, or set DATA_DIR to another folder.`)
}

function requireSame(sha256: string, expected: string | undefined, name: string) {
  if (sha256 !== expected)
    throw new StartError(`${name} in the backup is not what was backed up: its SHA-256 is ${sha256}, and should be ${expected ?? 'written down, but is not'}. Take another backup.`)
}

/** @returns whether the store holds the files of this very database, whose folder was lost. @throws where it holds others */
async function mayFill(blobs: BlobStore, identity: string | undefined): Promise<boolean> {
  const owner = await blobs.owner()
  if (owner !== undefined && owner === identity)
    return true
  const first = await blobs.listOlderThan(Infinity)[Symbol.asyncIterator]().next()
  if (!first.done)
    throw new StartError('BLOB_STORE holds files of another database. Set it to an empty folder or bucket, or to the one that this backup was made from.')
  return false
}

async function put({ key, sha256 }: Reference, folder: string, blobs: BlobStore) {
  const name = `${BLOBS_NAME}/${key}`
  const file = await present(open(path.join(folder, name)), name)
  const result = await summed(file.createReadStream(), bytes => blobs.put(key, bytes))
  requireSame(result.sha256, sha256, name)
}

/** In a store of its own it is another database: the first one's server must not take these files for its own. */
async function putDatabase(folder: string, dataFolder: string, blobs: BlobStore, isItsOwn: boolean) {
  const restoring = path.join(dataFolder, RESTORING)
  await copyFile(path.join(folder, DATABASE_NAME), restoring)
  await copyFile(path.join(folder, LINK_KEY_NAME), path.join(dataFolder, LINK_KEY_NAME))
  for (const file of [restoring, path.join(dataFolder, LINK_KEY_NAME)])
    await chmod(file, 0o600)
  const database = new BetterSqlite(restoring)
  const identity = randomUUID()
  database.pragma('synchronous = EXTRA')
  if (!isItsOwn)
    database.prepare('update database_identity set id = ?').run(identity)
  if (database.prepare('select 1 from sqlite_schema where name = \'attachment_store\'').get()) // which a backup of an older version has not
    database.exec('delete from attachment_store') // the next start finds out which store it is
  database.close()
  if (!isItsOwn)
    await blobs.claim(identity)
  await rename(restoring, path.join(dataFolder, DATABASE_NAME))
  await syncFolder(dataFolder)
}
