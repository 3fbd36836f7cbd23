import { createHash } from 'node:crypto'
import { formatBytes, LIMITS } from '../../shared/attachments.ts'
import { base64Length } from '../../shared/base64.ts'
import { fileMediaType } from '../../shared/files/fileMediaType.ts'
import { refuserOf } from '../errors/rejectedFile.ts'
import { decodeBase64, decodeInPlace } from './decoding.ts'
import { storedFilename } from './filenames.ts'
import type { Inspected } from './inspection.ts'

/** A file of any type, for the agent's workspace only. */
export interface GivenWorkspaceFile {
  filename: string
  /** What whoever sent it says it is; empty where nothing is said. */
  mimeType: string
  /** base64, or the bytes themselves where they came as such. */
  data: string | Buffer
  /** Its base64 where it lies in a frame; `data` is a name for it then. */
  encoded?: Buffer
}

/** Characters of base64. */
export const encodedLength = ({ data, encoded }: GivenWorkspaceFile): number => typeof data === 'string' ? (encoded ?? data).length : base64Length(data.length)

/** Nothing is asked of it but a size: nobody opens it here, and it is never handed out to be shown. @throws a refusal that names the file */
export function inspectWorkspaceFile(given: GivenWorkspaceFile): Inspected {
  const filename = storedFilename(given.filename)
  const refuse = refuserOf(filename)
  const tooLarge = () => refuse(413, `it has more than the ${formatBytes(LIMITS.workspaceFileBytes)} that a file in the agent's folder may have.`)
  if (encodedLength(given) > base64Length(LIMITS.workspaceFileBytes)) // before it is decoded, which costs memory
    throw tooLarge()
  const bytes = bytesOf(given)
  if (!bytes)
    throw refuse(422, 'its data is not valid base64.')
  if (bytes.length > LIMITS.workspaceFileBytes)
    throw tooLarge()
  if (bytes.length === 0)
    throw refuse(422, 'it is empty.')
  return {
    kind: 'file',
    filename,
    mimeType: fileMediaType(given.mimeType),
    size: bytes.length,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    width: null,
    height: null,
    pages: null,
  }
}

function bytesOf({ data, encoded }: GivenWorkspaceFile): Buffer | undefined {
  if (typeof data !== 'string')
    return data
  return encoded ? decodeInPlace(encoded) : decodeBase64(data)
}
