import { isBrokenPng, mangledPicture } from '../../../shared/images/mangled.ts'
import { FileRejectedError } from '../limits/rejection.ts'

/** @throws FileRejectedError for a picture whose first bytes something has changed: it is not "no picture" */
export function refuseMangled(name: string, bytes: Uint8Array): void {
  const mangled = mangledPicture(bytes)
  if (mangled)
    throw new FileRejectedError(`${name} is a ${mangled} that was transferred as text, which changed its bytes and damaged it: transfer it again as binary, or take the original file, and attach that.`)
  if (isBrokenPng(bytes))
    throw new FileRejectedError(`${name} is a damaged PNG: its first bytes are wrong.`)
}
