import path from 'node:path'
import { parseArgs } from 'node:util'
import { formatBytes } from '../../shared/attachments.ts'
import { readStorage, type StoragePlaces } from '../config/storagePlaces.ts'
import { StartError } from '../errors/startError.ts'
import { move } from '../storage/moving/move.ts'
import { LOST_EXIT, runToEnd } from './command.ts'

const USAGE = 'Name where everything is to be moved to: npm run move -- --to postgres://... [--blobs s3://...], or npm run move -- --to sqlite --data FOLDER [--blobs ...]'
const NAMED = 10

function readTarget({ blobStore }: StoragePlaces): StoragePlaces {
  const { to, blobs, data } = readArguments()
  if (!to || (to === 'sqlite') !== (data !== undefined))
    throw new StartError(USAGE)
  if (to === 'sqlite')
    return readStorage({ ...process.env, DATABASE_URL: undefined, DATA_DIR: data, BLOB_STORE: blobs ?? path.resolve(data ?? '', 'attachments') })
  const there = readStorage({ ...process.env, DATABASE_URL: to, BLOB_STORE: blobs })
  return blobs === undefined ? { ...there, blobStore } : there
}

function readArguments() {
  try {
    return parseArgs({ options: { to: { type: 'string' }, blobs: { type: 'string' }, data: { type: 'string' } } }).values
  }
  catch (error) {
    throw new StartError(USAGE, { cause: error })
  }
}

await runToEnd(async () => {
  const from = readStorage(process.env)
  const to = readTarget(from)
  const { sessions, messages, files, bytes, kept, lost } = await move({ from, to, tell: line => console.log(line) })
  console.log(`Moved ${sessions} sessions, ${messages} messages and ${files} files (${formatBytes(bytes)}${kept ? `; ${kept} of them were there already` : ''}), each table and file checked by its SHA-256. Start the server there now, and the old one never again.`)
  if (!lost.length)
    return
  console.error(`${lost.length} files that messages refer to are not in the old store any more, or not as they were stored: ${lost.slice(0, NAMED).join(', ')}${lost.length > NAMED ? ', ...' : ''}.`)
  return LOST_EXIT
})
