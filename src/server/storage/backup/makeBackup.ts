import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'
import type { BlobStore } from '../blobs/blobStore.ts'
import { syncFolder, writeDurably } from '../blobs/durableFile.ts'
import { DATABASE_NAME } from '../database/dataFolder.ts'
import { findDamage } from '../soundness/integrity.ts'
import { BLOBS_NAME, FACTS_NAME, LINK_KEY_NAME, type BackupFacts } from './backupFacts.ts'
import { copyChecked } from './copyChecked.ts'
import { inBatches } from './inBatches.ts'
import { leaveRemains } from './leaveRemains.ts'
import { referencesOf } from './references.ts'
import { snapshot } from './snapshot.ts'
import { sha256OfFile, sumLine, SUMS_NAME, type Summed } from './sums.ts'

const AT_ONCE = 8
/** Snapshots that are taken where files are deleted while they are copied. */
const SNAPSHOTS = 4

/**
 * A copy of all that a data folder and its store hold, while their server goes on. Whatever the copied database refers
 * to is in it, and has the SHA-256 that was stored with it.
 * @param folder that is empty, or is made
 * @param openBlobs opens the store, where there is a database
 * @throws StartError where there is nothing to copy, or no place for it, or the database is damaged
 */
export async function makeBackup({ dataFolder, openBlobs, folder }: { dataFolder: string, openBlobs: () => Promise<BlobStore>, folder: string }): Promise<BackupFacts> {
  await makeEmpty(folder)
  const database = path.join(folder, DATABASE_NAME)
  const copied = new Map<string, Summed>()
  let lost: string[] = []
  for (let i = 0; i < SNAPSHOTS && (i === 0 || lost.length); i++) {
    await takeSnapshot(dataFolder, database)
    lost = await copyAll(database, await openBlobs(), folder, copied)
  }
  await removeOthers(folder, database, copied)
  await copyFile(path.join(dataFolder, LINK_KEY_NAME), path.join(folder, LINK_KEY_NAME))
  return complete(folder, copied, lost)
}

async function makeEmpty(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length)
    throw new StartError(`${folder} is not empty. Name a folder for this backup alone; it is made if it is not there.`)
}

async function takeSnapshot(dataFolder: string, target: string) {
  try {
    await snapshot(path.join(dataFolder, DATABASE_NAME), target)
  }
  catch (error) {
    if (errorCode(error) === 'SQLITE_CANTOPEN' || (error instanceof TypeError && error.message.includes('directory')))
      throw new StartError(`There is no database in ${dataFolder}, or it cannot be read. Set DATA_DIR to the folder of the server that is to be backed up.`, { cause: error })
    throw error
  }
  const finding = findDamage(target)
  if (finding !== undefined)
    throw new StartError(`The database in ${dataFolder} is damaged (${finding}), so this would be no backup. Keep the ones that you have.`)
  await leaveRemains(target)
}

/** @returns keys that the store does not have, or not as they were stored */
async function copyAll(database: string, blobs: BlobStore, folder: string, copied: Map<string, Summed>): Promise<string[]> {
  const lost: string[] = []
  await inBatches(referencesOf(database), AT_ONCE, async (reference) => {
    if (copied.has(reference.key))
      return
    const file = path.join(folder, BLOBS_NAME, reference.key)
    const result = await copyChecked(reference, blobs, {
      async put(bytes) {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
        await writeDurably(file, bytes)
      },
      remove: () => rm(file),
    })
    if (result)
      copied.set(reference.key, result)
    else
      lost.push(reference.key) // or deleted since, as the next snapshot knows
  })
  return lost
}

/** What was copied for a snapshot that is not the last one. */
async function removeOthers(folder: string, database: string, copied: Map<string, Summed>) {
  const referenced = new Set(Array.from(referencesOf(database), ({ key }) => key))
  for (const key of copied.keys()) {
    if (referenced.has(key))
      continue
    copied.delete(key)
    await rm(path.join(folder, BLOBS_NAME, key), { force: true })
  }
}

async function complete(folder: string, copied: ReadonlyMap<string, Summed>, lost: string[]): Promise<BackupFacts> {
  const sums = [DATABASE_NAME, LINK_KEY_NAME].map(async name => sumLine(await sha256OfFile(path.join(folder, name)), name))
  const lines = [...await Promise.all(sums), ...Array.from(copied, ([key, { sha256 }]) => sumLine(sha256, `${BLOBS_NAME}/${key}`))]
  await writeFile(path.join(folder, SUMS_NAME), lines.join(''), { mode: 0o600, flush: true })
  const bytes = Array.from(copied.values()).reduce((sum, each) => sum + each.bytes, 0)
  const facts: BackupFacts = { version: 1, madeAt: new Date().toISOString(), files: copied.size, bytes, lost }
  await writeFile(path.join(folder, FACTS_NAME), `${JSON.stringify(facts, undefined, 2)}\n`, { mode: 0o600, flush: true })
  await syncFolder(folder)
  return facts
}
