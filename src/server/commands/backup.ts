import path from 'node:path'
import { formatBytes } from '../../shared/attachments.ts'
import { readFolderStorage } from '../config/storagePlaces.ts'
import { makeBackup } from '../storage/backup/makeBackup.ts'
import { openBlobStore } from '../storage/blobs/openBlobStore.ts'
import { LOST_EXIT, runCommand } from './command.ts'

const NAMED = 10

await runCommand(async (name) => {
  const folder = path.resolve(name)
  const { dataFolder, blobStore } = readFolderStorage(process.env)
  const { files, bytes, lost } = await makeBackup({ dataFolder, openBlobs: () => openBlobStore(blobStore, { isShared: true }), folder })
  console.log(`Backed up to ${folder}: the database and ${files} files (${formatBytes(bytes)}), each checked by its SHA-256.`)
  if (!lost.length)
    return
  console.error(`${lost.length} files that messages refer to are not in the store any more, or not as they were stored: ${lost.slice(0, NAMED).join(', ')}${lost.length > NAMED ? ', ...' : ''}. An earlier backup may still have them.`)
  return LOST_EXIT
}, 'Name the folder for the backup: npm run backup -- FOLDER')
