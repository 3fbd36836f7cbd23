import path from 'node:path'
import { requirePostgresUrl } from '../storage/database/postgres/openPostgres.ts'
import { readBlobAddress, type BlobAddress } from '../storage/blobs/blobAddress.ts'
import { StartError } from '../errors/startError.ts'
import { readEnvironment } from './environment.ts'

export interface StoragePlaces {
  dataFolder: string
  /** `postgres://...`, if the rows are not in the data folder. Never to be logged. */
  databaseUrl?: string
  blobStore: BlobAddress
}

/** As `readStorage`, for what copies a database file. @throws StartError where the rows are elsewhere */
export function readFolderStorage(environment: NodeJS.ProcessEnv): StoragePlaces {
  if (environment.DATABASE_URL)
    throw new StartError('With DATABASE_URL the rows are in PostgreSQL, which has tools of its own for this: pg_dump and pg_restore. Files are in BLOB_STORE. Unset DATABASE_URL to copy the database of DATA_DIR.')
  return readStorage(environment)
}

/** Where everything is kept, also for who does not serve it. @throws StartError */
export function readStorage(environment: NodeJS.ProcessEnv): StoragePlaces {
  const dataFolder = path.resolve(readEnvironment(environment).DATA_DIR)
  const databaseUrl = environment.DATABASE_URL ? requirePostgresUrl(environment.DATABASE_URL) : undefined
  return { dataFolder, databaseUrl, blobStore: readBlobAddress(environment.BLOB_STORE || path.join(dataFolder, 'attachments'), environment) }
}
