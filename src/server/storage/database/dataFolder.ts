import type { FastifyBaseLogger } from 'fastify'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { requireSoundLog, type DamagedLog } from '../soundness/damagedLog.ts'
import { openDatabase, openPostgres, type Database } from './database.ts'
import { lockFolder } from './folderLock.ts'
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

/** Makes the folder if it is not there, and keeps other servers off it, and off the database. @throws StartError */
export async function openDataFolder({ folder, damagedLog, databaseUrl, isShared = false }: Places, log: Pick<FastifyBaseLogger, 'warn'>): Promise<{ database: Database, release: () => Promise<void> }> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  try {
    if (databaseUrl !== undefined)
      return await openElsewhere(databaseUrl, await lockDatabase(databaseUrl, isShared, log), lock, log)
    const file = path.join(folder, DATABASE_NAME)
    requireSoundLog(file, damagedLog, log)
    return { database: await openDatabase(file, log), release: async () => lock.release() }
  }
  catch (error) {
    lock.release()
    throw error
  }
}

async function openElsewhere(url: string, databaseLock: { release(): Promise<void> }, folderLock: { release(): void }, log: Pick<FastifyBaseLogger, 'warn'>) {
  try {
    return {
      database: await openPostgres(url, log),
      async release() {
        await databaseLock.release()
        folderLock.release()
      },
    }
  }
  catch (error) {
    await databaseLock.release()
    throw error
  }
}
