import type { FastifyBaseLogger } from 'fastify'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { requireSoundLog, type DamagedLog } from '../soundness/damagedLog.ts'
import { openDatabase, openPostgres, type Database } from './database.ts'
import { lockFolder } from './folderLock.ts'
import { createReach, type Reach } from './postgres/reach.ts'
import { lockDatabase } from './postgres/serverLock.ts'

export const DATABASE_NAME = 'satchel.sqlite'

interface Places {
  folder: string
  damagedLog: DamagedLog
  /** Where the rows are, if not in the folder. */
  databaseUrl?: string
  /** Whether other servers may use that database, too. */
  isShared?: boolean
}

interface OpenFolder {
  database: Database
  /** Of a database on another machine. */
  reach?: Reach
  release: () => Promise<void>
}

/** Makes the folder if it is not there, and keeps other servers off it, and off the database. @throws StartError */
export async function openDataFolder({ folder, damagedLog, databaseUrl, isShared = false }: Places, log: Pick<FastifyBaseLogger, 'warn'>): Promise<OpenFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  try {
    if (databaseUrl !== undefined)
      return await openElsewhere(databaseUrl, isShared, lock, log)
    const file = path.join(folder, DATABASE_NAME)
    requireSoundLog(file, damagedLog, log)
    return { database: await openDatabase(file, log), release: async () => lock.release() }
  }
  catch (error) {
    lock.release()
    throw error
  }
}

async function openElsewhere(url: string, isShared: boolean, folderLock: { release(): void }, log: Pick<FastifyBaseLogger, 'warn'>): Promise<OpenFolder> {
  const reach = createReach()
  let databaseLock: { release(): Promise<void> } | undefined
  const release = async () => {
    await databaseLock?.release()
    reach.close()
  }
  try {
    databaseLock = await lockDatabase(url, { isShared, reach }, log)
    return {
      database: await openPostgres(url, log, reach),
      reach,
      async release() {
        await release()
        folderLock.release()
      },
    }
  }
  catch (error) {
    await release()
    throw error
  }
}
