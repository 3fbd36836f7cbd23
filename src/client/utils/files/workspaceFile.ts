import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { fileMediaType } from '../../../shared/files/fileMediaType.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import type { ProcessedFile } from './fileUtils.ts'
import { readBytes } from './readBytes.ts'

/**
 * Encodes a file of any type as it is, for the agent's workspace only.
 * @throws FileRejectedError where it is empty, too large or gone
 */
export async function processWorkspaceFile(file: File, sessionId: string, id: string): Promise<ProcessedFile> {
  const { name, size, type } = file
  if (size > LIMITS.workspaceFileBytes)
    throw new FileRejectedError(`${name} has ${formatBytes(size)}; the agent's folder takes files of up to ${formatBytes(LIMITS.workspaceFileBytes)}.`)
  const bytes = await readBytes(name, file)
  if (bytes.length === 0)
    throw new FileRejectedError(`${name} is empty: there is nothing in it to attach.`)
  return {
    media: {
      id, sessionId, name, type: 'file', mimeType: fileMediaType(type), base64: bytesToBase64(bytes),
      createdAt: Date.now(), size: bytes.length,
    },
    givenSize: bytes.length,
  }
}
