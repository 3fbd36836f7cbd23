import { UnreadableFileError } from '../limits/rejection.ts'

/** @throws UnreadableFileError where the file is gone, a folder, or not ours to read */
export async function readBytes(name: string, file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  }
  catch {
    throw new UnreadableFileError(`${name} could not be read: perhaps it was moved, or is a folder. Attach it again from where it is now.`)
  }
}
