import path from 'node:path'
import { formatBytes } from '../../shared/attachments.ts'
import { readFolderStorage } from '../config/storagePlaces.ts'
import { restoreBackup } from '../storage/backup/restoreBackup.ts'
import { openBlobStore } from '../storage/blobs/openBlobStore.ts'
import { runCommand } from './command.ts'

await runCommand(async (name) => {
  const { dataFolder, blobStore } = readFolderStorage(process.env)
  const { madeAt, files, bytes, kept } = await restoreBackup({ folder: path.resolve(name), dataFolder, openBlobs: () => openBlobStore(blobStore, { isShared: true }) })
  console.log(`Restored into ${dataFolder} what was backed up at ${madeAt}: the database and ${files} files (${formatBytes(bytes)})${kept ? `, of which ${kept} were in the store already` : ''}. Start the server now.`)
}, 'Name the folder that holds the backup: npm run restore -- FOLDER')
