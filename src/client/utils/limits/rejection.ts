/** A file that is not taken. The message is a sentence for the person: which file, why, what would work. */
export class FileRejectedError extends Error {
  override name = 'FileRejectedError'
}
