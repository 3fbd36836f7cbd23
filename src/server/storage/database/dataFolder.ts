import type { FastifyBaseLogger } from 'fastify'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { requireSoundLog, type DamagedLog } from '../soundness/damagedLog.ts'
import { openDatabase, type Database } from './database.ts'
import { lockFolder } from './folderLock.ts'

export const DATABASE_NAME = 'satchel.sqlite'

/** Makes the folder if it is not there, and keeps other servers off it. @throws StartError */
export async function openDataFolder(folder: string, damagedLog: DamagedLog, log: Pick<FastifyBaseLogger, 'warn'>): Promise<{ database: Database, release: () => void }> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  const file = path.join(folder, DATABASE_NAME)
  try {
    requireSoundLog(file, damagedLog, log)
    return { database: await openDatabase(file, log), release: lock.release }
  }
  catch (error) {
    lock.release()
    throw error
  }
}
