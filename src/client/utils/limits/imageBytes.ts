import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { FileRejectedError } from './rejection.ts'

/** @throws FileRejectedError before a byte of a picture that is too large has to be read */
export function checkImageSize(name: string, size: number): void {
  if (size > LIMITS.imageSourceBytes)
    throw new FileRejectedError(`${name} has ${formatBytes(size)}; pictures up to ${formatBytes(LIMITS.imageSourceBytes)} can be opened and reduced here.`)
}
