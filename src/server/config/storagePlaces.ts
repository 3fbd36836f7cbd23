import path from 'node:path'
import { readBlobAddress, type BlobAddress } from '../storage/blobs/blobAddress.ts'
import { readEnvironment } from './environment.ts'

export interface StoragePlaces {
  dataFolder: string
  blobStore: BlobAddress
}

/** Where everything is kept, also for who does not serve it. @throws StartError */
export function readStorage(environment: NodeJS.ProcessEnv): StoragePlaces {
  const dataFolder = path.resolve(readEnvironment(environment).DATA_DIR)
  return { dataFolder, blobStore: readBlobAddress(environment.BLOB_STORE || path.join(dataFolder, 'attachments'), environment) }
}
